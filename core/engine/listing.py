"""What the feed lists today, in the catalogue: new names come, names get new symbols, and what is gone trades no more."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from core.domain.corporate_event import CorporateEvent, EventKind
from core.domain.errors import MarketDataError
from core.domain.instrument import Alias, Instrument
from core.execution.activities import gone
from core.market.feeds.base import Feed
from core.store.store import Store

_BEGINNING: Final = date(1970, 1, 1)
_A_YEAR: Final = timedelta(days=366)


def relist(store: Store, feed: Feed, day: date) -> str:
    """On the desk thread. What changed, in words; empty when nothing did."""
    listed = {instrument.id: instrument for instrument in feed.instruments()}
    founding = not len(store.catalogue)
    said, changes = [], []
    for instrument in listed.values():
        known = store.catalogue.get(instrument.id)
        if known is None:
            said.append(f"{instrument.symbol} ({instrument.name}) is listed")
        elif known.symbol != instrument.symbol or known.not_traded:
            renamed = (
                _last(feed, instrument, EventKind.SYMBOL_CHANGE, day) if known.symbol != instrument.symbol else None
            )
            again = replace(known, symbol=instrument.symbol, tradable=instrument.tradable, not_traded="")
            changes.append((again, renamed.effective if renamed else day))
            said.append(f"{known.symbol} {'trades again' if known.not_traded else f'is now {instrument.symbol}'}")
    ended = [i for i in store.catalogue.all() if i.listing in _listings(listed) and i.id not in listed and i.tradable]
    if not said and not ended:
        return ""
    brokers = tuple(kept.broker for kept in store.accounts.connections())
    with store.unit:
        for instrument in listed.values():
            if store.catalogue.get(instrument.id) is None:
                store.catalogue.add(instrument, tuple(_alias(instrument, broker) for broker in brokers))
        for again, since in changes:
            store.catalogue.change(again, since)
        for instrument in ended:
            bought = _last(feed, instrument, EventKind.CASH_MERGER, day)
            why = f"It was bought on {bought.effective}" if bought else "It is no longer listed"
            store.catalogue.change(gone(instrument, why), bought.effective if bought else day)
            said.append(f"{instrument.symbol} trades no more: {why[0].lower()}{why[1:]}")
        words = f"{'; '.join(said[:3])}{f' and {len(said) - 3} more' if len(said) > 3 else ''}"
        if not founding:
            store.journal.write("listing", words, {"changes": said})
    return words


def _listings(listed: dict[str, Instrument]) -> set[str]:
    return {instrument.listing for instrument in listed.values()}


def _alias(instrument: Instrument, broker: str) -> Alias:
    return Alias(instrument_id=instrument.id, broker=broker, native_id=instrument.symbol, valid_from=_BEGINNING)


def _last(feed: Feed, instrument: Instrument, kind: EventKind, day: date) -> CorporateEvent | None:
    """The newest event of this kind; None = the feed does not tell."""
    try:
        events = [event for event in feed.events(instrument.id, day - _A_YEAR, day) if event.kind is kind]
    except MarketDataError:
        return None
    return max(events, key=lambda event: event.effective, default=None)
