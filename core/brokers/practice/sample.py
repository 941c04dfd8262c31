"""The sample: a few weeks of plain investing, traded at a new exchange before anybody has the account.

The exchange takes these orders like any other, at the prices of the days they are for, so that its trades, dividends and
cash are its own and whoever reads them finds nothing made up after the fact.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from core.brokers.practice.exchange import Exchange
from core.domain.errors import OrderRejected
from core.domain.instrument import Instrument
from core.domain.money import ZERO
from core.domain.order import Order, OrderType, Origin, Side
from core.domain.sample import MARK, Sample
from core.market.sessions import Sessions

SESSIONS: Final = 42  # two months: what they were worth each day is worked out in a second or two
_AFTER_OPENING: Final = timedelta(minutes=45)
_WHOLE: Final = Decimal(1)


@dataclass(frozen=True, slots=True)
class Step:
    """A purchase of a share of the starting cash, or a sale of a share of what is held."""

    session: int
    symbol: str
    side: Side
    share: Decimal


def _buy(session: int, symbol: str, share: str) -> Step:
    return Step(session, symbol, Side.BUY, Decimal(share))


def _sell(session: int, symbol: str, share: str) -> Step:
    return Step(session, symbol, Side.SELL, Decimal(share))


STEPS: Final = (
    _buy(0, "VTI", "0.20"),
    _buy(1, "MSFT", "0.09"),
    _buy(1, "KO", "0.08"),
    _buy(2, "JPM", "0.08"),
    _buy(3, "BND", "0.12"),
    _buy(4, "XOM", "0.06"),
    _buy(6, "AAPL", "0.09"),
    _buy(9, "NVDA", "0.05"),
    _sell(16, "XOM", "0.5"),
    _buy(17, "NVDA", "0.03"),
    _sell(26, "JPM", "1"),
    _buy(27, "KO", "0.04"),
    _sell(34, "MSFT", "0.4"),
)


class Hand:
    """A market clock that stands where it is put."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at


def span(sessions: Sessions, until: datetime) -> Sample:
    """The one that ends at this moment."""
    day = sessions.day(until)
    for _ in range(SESSIONS):
        day = sessions.previous_day(day)
    return Sample(since=_opening(sessions, day), until=until)


def play(exchange: Exchange, hand: Hand, sample: Sample, sessions: Sessions, cash: Decimal, account: str) -> None:
    """All of it; afterwards market time stands at its end. What cannot be traded on its day is left out."""
    days = sessions.days(sessions.day(sample.since), sessions.day(sample.until))
    for number, step in enumerate(STEPS):
        if step.session >= len(days):
            break
        hand.at = _opening(sessions, days[step.session]) + timedelta(minutes=1 + number)
        if hand.at >= sample.until:
            break
        exchange.pump()
        listed = {one.symbol: one for one in exchange.market.listed(days[step.session])}
        instrument = listed.get(step.symbol)
        quantity = _size(exchange, step, instrument, hand.at, cash) if instrument else ZERO
        if instrument is not None and quantity > 0:
            with suppress(OrderRejected):  # it stands still, or is no longer what it was
                exchange.submit(_order(number, step, instrument, quantity, account))
    hand.at = sample.until
    exchange.pump()


def _opening(sessions: Sessions, day: date) -> datetime:
    hours = sessions.hours(day)
    assert hours is not None
    return hours.opens_at + _AFTER_OPENING


def _size(exchange: Exchange, step: Step, instrument: Instrument, at: datetime, cash: Decimal) -> Decimal:
    """In whole shares."""
    if step.side is Side.SELL:
        held = next((row.quantity for row in exchange.positions() if row.instrument_id == instrument.id), ZERO)
        return (held * step.share) // _WHOLE
    stretch = exchange.market.sessions.stretch(at)
    assert stretch is not None
    return (cash * step.share) // exchange.market.moment(instrument.id, stretch, stretch.second(at)).last


def _order(number: int, step: Step, instrument: Instrument, quantity: Decimal, account: str) -> Order:
    name = f"{MARK}{number:02}"
    return Order(
        id=name,
        intent_key=name,
        client_id=name,
        account_id=account,
        instrument_id=instrument.id,
        symbol=instrument.symbol,
        side=step.side,
        type=OrderType.MARKET,
        quantity=quantity,
        origin=Origin.ELSEWHERE,
    )
