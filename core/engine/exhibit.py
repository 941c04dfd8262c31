"""What one workspace has to show for going live, as a small text that another one can take on; changed by hand it is refused."""

from datetime import date, datetime, timedelta
from hashlib import sha256
from math import isfinite
from typing import Final

import msgspec

from core.channel.facets.practice import WatchedDay
from core.domain.errors import BadInput, MarketDataError
from core.domain.workspace import WorkspaceKind
from core.engine.evidence import judged
from core.market.sessions import Sessions

FORM: Final = "Quarterdeck evidence, form 1"
_LONGEST: Final = 500_000  # characters: ten years of days are half of that
_AHEAD: Final = timedelta(minutes=5)  # by which two machines' clocks may differ
_NEW: Final = "Make a new one in the practice or paper workspace, on its page Going live."


class Day(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One session, as it was counted. Whether it counts is judged anew by whoever reads it."""

    day: date
    seconds: float
    orders: int
    mismatches: int


class Exhibit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Of one workspace, at one moment."""

    form: str = FORM
    workspace_id: str
    workspace: str
    kind: WorkspaceKind
    made_at: datetime  # real time
    journal_row: int  # of that workspace, with its seal: there it can be found again
    journal_seal: str
    standing: tuple[str, ...]  # mismatches nobody had explained yet
    days: tuple[Day, ...]
    seal: str = ""

    def sealed(self) -> "Exhibit":
        return msgspec.structs.replace(self, seal=self._seal())

    @property
    def whole(self) -> bool:
        """As it was made."""
        return self.seal == self._seal()

    @property
    def text(self) -> str:
        return msgspec.json.format(msgspec.json.encode(self), indent=1).decode()

    def watched(self, sessions: Sessions) -> tuple[WatchedDay, ...]:
        return tuple(
            judged(sessions, day.day, seconds=day.seconds, orders=day.orders, mismatches=day.mismatches)
            for day in self.days
        )

    def _seal(self) -> str:
        return sha256(msgspec.json.encode(msgspec.structs.replace(self, seal=""))).hexdigest()


def read(text: str, sessions: Sessions, now: datetime) -> Exhibit:
    """Or one sentence why it is none."""
    if len(text) > _LONGEST:
        raise BadInput(f"That is too long for an evidence file. Nothing was taken on. {_NEW}")
    try:
        found = msgspec.json.decode(text.strip().encode(), type=Exhibit)
    except (msgspec.MsgspecError, UnicodeEncodeError) as error:
        raise BadInput(f"That is no evidence file of this version. Nothing was taken on. {_NEW}") from error
    if found.form != FORM or not found.whole:
        raise BadInput(f"That evidence file was changed after it was made. Nothing was taken on. {_NEW}")
    if found.kind is WorkspaceKind.LIVE:
        raise BadInput("Only days of a practice or paper workspace are evidence. Nothing was taken on.")
    if found.made_at > now + _AHEAD:
        raise BadInput(
            f"That evidence file was made later than now. Nothing was taken on: set this machine's clock. {_NEW}"
        )
    if not _possible(found, sessions):
        raise BadInput(f"That evidence file holds days that cannot have been. Nothing was taken on. {_NEW}")
    return found


def _possible(found: Exhibit, sessions: Sessions) -> bool:
    """Each day once, of hours that exchange had, and none of it less than nothing."""
    names = [day.day for day in found.days]
    if len(set(names)) != len(names):
        return False
    try:
        whole = {day.day: day.whole for day in found.watched(sessions)}
    except MarketDataError:  # of no calendar
        return False
    return all(
        isfinite(day.seconds) and 0 <= day.seconds <= whole[day.day] + 60 and day.orders >= 0 <= day.mismatches
        for day in found.days
    )
