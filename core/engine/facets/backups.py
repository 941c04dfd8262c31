"""Backups, as the engine answers for them."""

from dataclasses import dataclass, field
from datetime import timedelta
from threading import Lock
from typing import Final

from core.channel.facets.backups import BackupsView
from core.domain.errors import BadInput, StoreError
from core.engine import backups
from core.engine.engine import Engine
from core.market.sessions import NEW_YORK

BY_HAND: Final = 6  # of those made by hand so many are kept, beside the nights'
_SAME_ONE: Final = timedelta(seconds=10)  # two clicks are one wish


@dataclass(slots=True)
class BackupsFacet:
    """On the caller's own thread: copying and reading back may take a while."""

    engine: Engine
    _one_at_a_time: Lock = field(default_factory=Lock)

    def state(self) -> BackupsView:
        return backups.state(self.engine)

    def make(self) -> str:
        engine = self.engine
        self._refuse_read_only()
        with self._one_at_a_time:
            last = backups.newest_by_hand(engine)
            if last is not None and engine.clock.now() - last[1] < _SAME_ONE:
                return f"{last[0]} was made just now"
            name = f"{engine.clock.now().astimezone(NEW_YORK):%Y-%m-%d-%H%M%S}"
            try:
                return backups.make(engine, name, BY_HAND)
            except OSError as error:
                words = error.strerror or str(error)
                raise StoreError(f"No backup was made: {words}. The older ones are as they were.") from error

    def set_second_place(self, folder: str) -> str:
        self._refuse_read_only()
        if len(folder) > 1000:
            raise BadInput("That path is too long. Nothing was changed.")
        return backups.set_second(self.engine, folder)

    def _refuse_read_only(self) -> None:
        if words := self.engine.store.database.read_only:
            raise StoreError(words)
