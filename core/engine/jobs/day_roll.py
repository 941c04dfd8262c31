"""At the opening: what each account is worth when the day begins, for the limits on a day's loss."""

from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from typing import ClassVar

from core.domain.money import rounded
from core.engine.engine import Engine
from core.engine.jobs.base import EachDay, Slot
from core.engine.listing import relist
from core.store.accounts import Mark


@dataclass(frozen=True)
class DayRoll(EachDay):
    """A start in the middle of the day rolls at once: late is better than measuring from an older day."""

    title: ClassVar[str] = "Begin the day"
    every: ClassVar[str] = "Each day, 04:00 ET"
    at: ClassVar[time] = time(4, 0)
    grace: ClassVar[timedelta] = timedelta(hours=24)
    matters_when_missed: ClassVar[bool] = False

    def run(self, engine: Engine, slot: Slot) -> str:
        def begin() -> str:
            relist(engine.store, engine.feed, engine.sessions.day(engine.timeline.now()))
            return roll(engine, date.fromisoformat(slot.name))

        return engine.thread.ask(begin)


def roll(engine: Engine, day: date) -> str:
    """On the desk thread: a mark for every account that has a price for everything it holds."""
    pictures, store = engine.desk.pictures, engine.store
    marked = []
    for account in store.accounts.all():
        equity = worth_at_start(engine, account.id, account.currency)
        known = store.accounts.mark(account.id)
        if equity is None or (known is not None and known.day >= day):
            continue
        if store.books.entry_at(f"opening:{account.id}") is None or store.accounts.cursor(account.id) is None:
            continue  # its books have not begun, or what it did before anybody looked is not in them yet
        value = rounded(equity)
        transfers = pictures.transfers(account.id, account.currency)
        net_peak = max(
            value - transfers,
            (known.peak - known.transfers) if known else value - transfers,
            pictures.peaks.get(account.id, value - transfers),
        )
        mark = Mark(account_id=account.id, day=day, equity=value, peak=net_peak + transfers, transfers=transfers)
        with store.unit:
            store.accounts.set_mark(mark)
            store.journal.write("day", f"{account.name}: {value:,.2f} {account.currency} as the day begins", mark)
        marked.append(account.name)
    return f"Marked {', '.join(marked)}" if marked else "Nothing to mark"


def worth_at_start(engine: Engine, account_id: str, currency: str) -> Decimal | None:
    """A day that has begun trading is measured from the close before it, so that a gap at the opening counts."""
    pictures, books = engine.desk.pictures, engine.store.books
    now = engine.timeline.now()
    session = engine.sessions.at(now)
    last = engine.store.fills.last_at(account_id)
    if not session.is_open or (last is not None and last >= session.opens_at):
        return pictures.worth(account_id).equity
    total = books.balance(account_id, "cash", currency)
    for instrument_id, position in books.positions(account_id).items():
        close = pictures.prices.previous_close(instrument_id)
        instrument = engine.store.catalogue.get(instrument_id)
        if close is None or instrument is None:
            return pictures.worth(account_id).equity
        total += position.quantity * pictures.ahead(account_id, instrument_id) * close * instrument.multiplier
    return total
