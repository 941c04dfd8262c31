"""Watch lists, as the engine answers for them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

import pyarrow as pa

from core.channel.facets.watchlists import WatchlistView
from core.domain.errors import BadInput, MarketDataError
from core.domain.instrument import Instrument
from core.domain.quote import Quote
from core.engine.desk_thread import Urgency
from core.engine.engine import Engine
from core.engine.facets.market import STALE_AFTER
from core.engine.facets.tables import NUMBER, TEXT, table
from core.execution.review import find_instrument
from core.market.feeds.base import BarSize

COLUMNS: Final = {
    "instrument_id": TEXT,
    "symbol": TEXT,
    "name": TEXT,
    "last": NUMBER,
    "change": NUMBER,
    "change_share": NUMBER,
    "spread": NUMBER,
    "spread_bps": NUMBER,
    "volume": NUMBER,
    "age_seconds": NUMBER,
    "stale": pa.bool_(),
    "halted": TEXT,
    "note": TEXT,
}
MOST_LISTS: Final = 50
MOST_NAMES: Final = 200
LONGEST: Final = 40
Lists = dict[str, tuple[str, ...]]


@dataclass(slots=True)
class WatchlistsFacet:
    """Each change is one commit with its line in the journal."""

    engine: Engine
    _volumes: dict[str, tuple[datetime, Decimal | None]] = field(default_factory=dict)

    def all(self) -> tuple[WatchlistView, ...]:
        lists = self.engine.thread.ask(self.engine.store.watchlists.all)
        return tuple(self._view(name, ids) for name, ids in lists.items())

    def make(self, name: str) -> WatchlistView:
        name = _named(name)

        def change(lists: Lists) -> Lists:
            _refuse_second(lists, name)
            if len(lists) >= MOST_LISTS:
                raise BadInput(f"There are {MOST_LISTS} watch lists. None was made: remove one first.")
            return {**lists, name: ()}

        return self._change(name, change, f"Watch list {name} made")

    def rename(self, name: str, to: str) -> WatchlistView:
        to = _named(to)

        def change(lists: Lists) -> Lists:
            _found(lists, name)
            if to != name:
                _refuse_second({other: ids for other, ids in lists.items() if other != name}, to)
            return {to if other == name else other: ids for other, ids in lists.items()}

        return self._change(to, change, f"Watch list {name} is now {to}")

    def remove(self, name: str) -> None:
        def change(lists: Lists) -> Lists:
            _found(lists, name)
            return {other: ids for other, ids in lists.items() if other != name}

        self._keep(change, f"Watch list {name} removed")

    def add(self, name: str, symbol: str) -> WatchlistView:
        def change(lists: Lists) -> Lists:
            ids, new = _found(lists, name), self._instrument(symbol).id
            if len(ids) >= MOST_NAMES:
                raise BadInput(f"{name} holds {MOST_NAMES} names. {symbol} was not added: make another list.")
            return {**lists, name: ids if new in ids else (*ids, new)}

        return self._change(name, change, f"{symbol.strip().upper()[:20]} added to watch list {name}")

    def drop(self, name: str, symbol: str) -> WatchlistView:
        def change(lists: Lists) -> Lists:
            gone = self._on(lists, name, symbol)
            return {**lists, name: tuple(i for i in lists[name] if i != gone)}

        return self._change(name, change, f"{symbol.strip().upper()[:20]} taken off watch list {name}")

    def move(self, name: str, symbol: str, places: int) -> WatchlistView:
        def change(lists: Lists) -> Lists:
            moved = self._on(lists, name, symbol)
            others = [i for i in lists[name] if i != moved]
            others.insert(min(max(lists[name].index(moved) + places, 0), len(others)), moved)
            return {**lists, name: tuple(others)}

        return self._change(name, change, "")

    def table(self, name: str = "") -> pa.Table:
        engine = self.engine

        def look() -> list[tuple[Instrument, Quote | None, Decimal | None]]:
            prices = engine.desk.pictures.prices
            return [(i, prices.quote(i.id), prices.previous_close(i.id)) for i in self._listed(name)]

        return table(COLUMNS, [self._row(*seen) for seen in engine.thread.ask(look)])

    # parts -----------------------------------------------------------------------------------------------------------

    def _change(self, name: str, change: Callable[[Lists], Lists], words: str) -> WatchlistView:
        return self._view(name, self._keep(change, words)[name])

    def _keep(self, change: Callable[[Lists], Lists], words: str) -> Lists:
        """Without words it is no matter for the journal."""
        store = self.engine.store

        def act() -> Lists:
            before = store.watchlists.all()
            after = change(before)
            if list(after.items()) != list(before.items()):
                with store.unit:
                    store.watchlists.keep(after)
                    if words:
                        store.journal.write("watchlist", words, after, who="person")
            return after

        return self.engine.thread.ask(act, Urgency.COMMAND)

    def _listed(self, name: str) -> Sequence[Instrument]:
        catalogue = self.engine.store.catalogue
        if not name:
            return sorted((i for i in catalogue.all() if not i.not_traded), key=lambda i: i.symbol)
        ids = _found(self.engine.store.watchlists.all(), name)
        return [found for i in ids if (found := catalogue.get(i)) is not None]

    def _row(self, instrument: Instrument, quote: Quote | None, before: Decimal | None) -> tuple[Any, ...]:
        named = (instrument.id, instrument.symbol, instrument.name)
        note = self.engine.feed.note
        if quote is None:
            return (*named, None, None, None, None, None, None, None, True, instrument.not_traded, note)
        change = quote.last - before if before else None
        waited = self.engine.clock.now() - quote.received
        return (
            *named,
            quote.last,
            change,
            change / before if before and change is not None else None,
            quote.ask - quote.bid if quote.usable else None,
            (quote.ask - quote.bid) / quote.mid * 10_000 if quote.usable else None,
            self._volume(instrument.id),
            max(Decimal(str(waited.total_seconds())), Decimal(0)),
            waited > STALE_AFTER,
            quote.halted,
            note,
        )

    def _volume(self, instrument_id: str) -> Decimal | None:
        """Of the session so far, to the last finished minute; beside the desk thread, once a minute."""
        now = self.engine.timeline.now()
        minute, opens = now.replace(second=0, microsecond=0), self.engine.sessions.previous_open(now)
        known = self._volumes.get(instrument_id)
        if known is None or known[0] != minute:
            try:
                bars = self.engine.feed.bars(instrument_id, BarSize.MINUTE, opens, now)
            except MarketDataError:
                bars = ()
            volume = Decimal(int(sum(bar.volume for bar in bars))) if bars else None
            known = self._volumes[instrument_id] = (minute, volume)
        return known[1]

    def _instrument(self, symbol: str) -> Instrument:
        return find_instrument(self.engine.desk, symbol)

    def _on(self, lists: Lists, name: str, symbol: str) -> str:
        ids = _found(lists, name)
        known = {i: found.symbol for i in ids if (found := self.engine.store.catalogue.get(i)) is not None}
        wanted = symbol.strip().upper()
        for instrument_id, known_as in known.items():
            if known_as == wanted:
                return instrument_id
        raise BadInput(f"{wanted[:20]} is not on {name}. Nothing was changed.")

    def _view(self, name: str, ids: Sequence[str]) -> WatchlistView:
        catalogue = self.engine.store.catalogue
        return WatchlistView(name=name, symbols=tuple(f.symbol for i in ids if (f := catalogue.get(i)) is not None))


def _named(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise BadInput("The watch list has no name. Nothing was made: type one.")
    if len(name) > LONGEST:
        raise BadInput(f"That name has {len(name)} characters. Nothing was made: use up to {LONGEST}.")
    return name


def _refuse_second(lists: Lists, name: str) -> None:
    if name.lower() in {other.lower() for other in lists}:
        raise BadInput(f"There is a watch list {name} already. Nothing was changed: choose another name.")


def _found(lists: Lists, name: str) -> tuple[str, ...]:
    if name not in lists:
        raise BadInput(f"There is no watch list {name[:LONGEST]}. Nothing was done.")
    return lists[name]
