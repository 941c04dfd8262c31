"""What a day was, for its report: drawn on the desk thread, with its fills read beside it."""

from datetime import date
from decimal import Decimal
from typing import Final

from core.channel.facets.reports import DayAccount, DayFill, DayNeed, DayOrder, DayReport
from core.domain.account import Account
from core.domain.money import rounded, value_of
from core.domain.workspace import Level
from core.engine.engine import Engine
from core.engine.words import STATE
from core.execution.picture import buying_power
from core.execution.titles import act
from core.store.traded import Traded
from core.tca.cost import costs

KIND: Final = "day.report"  # of its row in the journal
MOST_FILLS: Final = 500
_FINE: Final = Decimal("0.000001")
_TENTH: Final = Decimal("0.1")
_LEVELS: Final = {
    Level.ACTIVE: "Trading is allowed",
    Level.CLOSING_ONLY: "Closing only",
    Level.STOPPED: "Trading is stopped",
}


def current(engine: Engine) -> date:
    """The trading day that has begun last."""
    now = engine.timeline.now()
    day = engine.sessions.day(now)
    return day if engine.sessions.begins(day) <= now else engine.sessions.previous_day(day)


def drawn(engine: Engine, day: date) -> DayReport:
    """On any thread but the desk's: a long day's fills hold nobody up."""
    begins = engine.sessions.begins(day)
    accounts = engine.thread.ask(engine.store.accounts.all)
    found = [one for account in accounts for one in engine.archive.fills(account.id, 0, MOST_FILLS + 1)]
    of_day = sorted((one for one in found if one.fill.at >= begins), key=lambda one: one.fill.at, reverse=True)

    def draw() -> DayReport:
        level, reason = engine.desk.pictures.levels.strictest("")
        return DayReport(
            day=day,
            workspace=engine.workspace.name,
            kind=engine.workspace.kind,
            made_at=engine.clock.now(),
            as_of=engine.timeline.now(),
            accounts=tuple(_account(engine, account, day) for account in accounts),
            fills=tuple(_fill(engine, one) for one in of_day[:MOST_FILLS]),
            more_fills=len(of_day) > MOST_FILLS,
            orders=tuple(
                DayOrder(
                    id=order.id,
                    account_id=order.account_id,
                    words=act(order),
                    state=STATE[order.status],
                    filled=order.filled,
                    limit=order.limit,
                    stop=order.stop,
                )
                for order in engine.store.orders.open()
            ),
            needs=tuple(
                DayNeed(weight=alarm.weight, title=alarm.title, detail=alarm.detail)
                for alarm in engine.desk.alarms.all()
            ),
            trading=f"{_LEVELS[level]}{f': {reason}' if reason else ''}",
            note=engine.feed.note,
        )

    return engine.thread.ask(draw)


def _account(engine: Engine, account: Account, day: date) -> DayAccount:
    pictures = engine.desk.pictures
    worth, mark = pictures.worth(account.id), engine.store.accounts.mark(account.id)
    before, _ = pictures.anchors(account.id, account.currency)
    known = worth.equity is not None and mark is not None and mark.day == day and before
    change = rounded(worth.equity - before) if known and worth.equity is not None and before else None
    return DayAccount(
        account_id=account.id,
        name=account.name,
        currency=account.currency,
        value=None if worth.equity is None else rounded(worth.equity),
        change=change,
        share=(change / before).quantize(_FINE) if change is not None and before else None,
        cash=worth.cash,
        buying_power=buying_power(worth, engine.store.orders.open(account.id)),
        limits=engine.watch.uses(account),
    )


def _fill(engine: Engine, one: Traded) -> DayFill:
    fill, cost = one.fill, costs(one.fill, one.arrival, one.multiplier).mid
    instrument = engine.store.catalogue.get(fill.instrument_id)
    return DayFill(
        at=fill.at,
        account_id=fill.account_id,
        symbol=one.symbol or (instrument.symbol if instrument else fill.instrument_id),
        side=fill.side,
        quantity=fill.quantity,
        price=fill.price,
        value=value_of(fill.quantity, fill.price, one.multiplier),
        fee=fill.fee,
        mid_cost=cost.money if cost.fills else None,
        mid_bps=cost.bps.quantize(_TENTH) if cost.bps is not None else None,
    )
