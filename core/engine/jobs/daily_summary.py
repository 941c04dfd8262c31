"""After the close: what the day was, in two lines that can be sent to a person who is not looking."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import ClassVar, Final

from core.domain.account import Account
from core.domain.order import AT_BROKER, IN_DOUBT
from core.engine.engine import Engine
from core.engine.jobs.base import EachDay, Slot
from core.notify.events import SUMMARY

_NAME: Final = "summary"


@dataclass(frozen=True)
class DailySummary(EachDay):
    """A row of the journal; whether and how it is sent is chosen under Notifications."""

    title: ClassVar[str] = "Sum up the day"
    every: ClassVar[str] = "Each day, 16:30 ET"
    at: ClassVar[time] = time(16, 30)
    grace: ClassVar[timedelta] = timedelta(hours=3)  # later the numbers would not be that day's
    matters_when_missed: ClassVar[bool] = False

    def run(self, engine: Engine, slot: Slot) -> str:
        return engine.thread.ask(lambda: sum_up(engine, date.fromisoformat(slot.name)))


def sum_up(engine: Engine, day: date) -> str:
    """On the desk thread. Once a day, and only of a day the exchange was open."""
    store, hours = engine.store, engine.sessions.hours(day)
    if hours is None:
        return "The exchange was closed"
    if store.settings.get(_NAME).get("day") == day.isoformat():
        return "That day was summed up before"
    accounts = "; ".join(_account(engine, account, day) for account in store.accounts.all())
    detail = f"{_orders(engine, hours.pre_at)} {_level(engine)}"
    with store.unit:
        store.settings.set(_NAME, {"day": day.isoformat()})
        store.journal.write(SUMMARY, f"{day.day} {day:%b}: {accounts}.", {"detail": detail})
    return f"{accounts}. {detail}"


def _account(engine: Engine, account: Account, day: date) -> str:
    equity = engine.desk.pictures.worth(account.id).equity
    if equity is None:
        return f"{account.name}: its value is not known, a price is missing"
    mark = engine.store.accounts.mark(account.id)
    value = f"{account.name} {equity:,.2f} {account.currency}"
    before, _ = engine.desk.pictures.anchors(account.id, account.currency)
    if mark is None or mark.day != day or not before:
        return f"{value}, the day's change is not known"
    change = equity - before
    return f"{value}, day {change:+,.2f} ({change / before:+.2%})"


def _orders(engine: Engine, since: datetime) -> str:
    orders = engine.store.orders.open()
    working = sum(1 for order in orders if order.status in AT_BROKER)
    doubt = sum(1 for order in orders if order.status in IN_DOUBT)
    fills = sum(engine.store.fills.count_since(account.id, since) for account in engine.store.accounts.all())
    parts = [f"{fills} fill{'' if fills == 1 else 's'}", f"{working} order{'' if working == 1 else 's'} working"]
    return f"{', '.join([*parts, f'{doubt} NOT CONFIRMED'] if doubt else parts)}."


def _level(engine: Engine) -> str:
    level, reason = engine.desk.pictures.levels.strictest("")
    words = {"active": "Trading is allowed.", "closing_only": "Closing only:", "stopped": "Trading is stopped:"}
    return words[level.value] if level.value == "active" else f"{words[level.value]} {reason}."
