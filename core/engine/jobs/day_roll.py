"""At the opening: what each account is worth when the day begins, for the limits on a day's loss."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import ClassVar, Final

from core.domain.money import rounded
from core.engine.daily import daily_next, daily_slot
from core.engine.engine import Engine
from core.engine.jobs.base import Job, Slot
from core.store.accounts import Mark

AT: Final = time(4, 0)  # New York: before the first trade of the day


@dataclass(frozen=True)
class DayRoll(Job):
    """A start in the middle of the day rolls at once: late is better than measuring from an older day."""

    title: ClassVar[str] = "Begin the day"
    every: ClassVar[str] = "Each day, 04:00 ET"
    grace: ClassVar[timedelta] = timedelta(hours=24)
    matters_when_missed: ClassVar[bool] = False

    def slot(self, now: datetime, trading_day: Callable[[datetime], date]) -> Slot:
        return daily_slot(now, AT)

    def following(self, now: datetime) -> datetime:
        return daily_next(now, AT)

    def run(self, engine: Engine, slot: Slot) -> str:
        return engine.thread.ask(lambda: roll(engine, date.fromisoformat(slot.name)))


def roll(engine: Engine, day: date) -> str:
    """On the desk thread: a mark for every account that has a price for everything it holds."""
    pictures, store = engine.desk.pictures, engine.store
    marked = []
    for account in store.accounts.all():
        equity = pictures.worth(account.id).equity
        known = store.accounts.mark(account.id)
        if equity is None or (known is not None and known.day >= day):
            continue
        if store.books.entry_at(f"opening:{account.id}") is None:
            continue
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
