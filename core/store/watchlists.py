"""Watch lists on disk: names in an order of their own, under a name."""

import msgspec
from sqlalchemy import Engine, delete
from sqlmodel import Session, col, select

from core.store.rows import WatchlistRow


class Watchlists:
    """Written rarely. Instruments, not symbols: a name that changes its symbol stays on its list."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def all(self) -> dict[str, tuple[str, ...]]:
        """In their order: name → instrument ids."""
        with Session(self._engine) as session:
            rows = session.exec(select(WatchlistRow).order_by(col(WatchlistRow.place))).all()
        return {row.name: msgspec.json.decode(row.instruments, type=tuple[str, ...]) for row in rows}

    def keep(self, lists: dict[str, tuple[str, ...]]) -> None:
        """These and no others, inside a unit."""
        with Session(self._engine) as session:
            session.exec(delete(WatchlistRow))
            for place, (name, instruments) in enumerate(lists.items()):
                text = msgspec.json.encode(instruments).decode()
                session.add(WatchlistRow(name=name, place=place, instruments=text))
            session.flush()
