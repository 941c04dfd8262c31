"""A practice exchange on a fake clock, for the tests beside this file."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from core.brokers.practice.broker import PracticeBroker
from core.brokers.practice.corporate import Companies
from core.brokers.practice.exchange import Exchange
from core.brokers.practice.line import PracticeLine
from core.domain.corporate_event import CorporateEvent, EventKind
from core.domain.fill import Fill, Report
from core.domain.instrument import Instrument
from core.domain.order import Order, OrderType, Side, Status, TimeInForce
from core.market.invented.market import InventedMarket
from core.market.invented.names import NAMES
from core.market.sessions import NEW_YORK, Sessions, Stretch
from core.market.tape import Cross, Halt, Indication, Moment, Tape, Watch

SESSIONS = Sessions()
MARKET = InventedMarket(seed=1, sessions=SESSIONS)
IDS = {name.instrument.symbol: name.instrument.id for name in NAMES}
PLAIN = PracticeBroker(  # every second forgets what we took in the one before, and credit is not what is tested
    impact=0, starting_cash=Decimal(10) ** 9, borrow=Decimal(1000)
)
QUICK = timedelta(milliseconds=150)


def et(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=NEW_YORK).astimezone(UTC)  # type: ignore[misc, arg-type]


MONDAY_NOON = et(2026, 11, 23, 12, 0)


@dataclass
class HandClock:
    """Market time and real time alike: moves when told to."""

    at: datetime = MONDAY_NOON

    def now(self) -> datetime:
        return self.at

    def pass_by(self, **span: float) -> None:
        self.at += timedelta(**span)


def order(client_id: str, side: str = "buy", quantity: str = "100", **terms: Any) -> Order:
    limit, stop = terms.pop("limit", None), terms.pop("stop", None)
    kind = {(False, False): "market", (True, False): "limit", (False, True): "stop", (True, True): "stop_limit"}
    symbol = terms.pop("symbol", "AAPL")
    return Order(
        id=client_id,
        intent_key=client_id,
        client_id=client_id,
        account_id=terms.pop("account_id", "practice"),
        instrument_id=IDS.get(symbol, symbol),
        symbol=symbol,
        side=Side(side),
        type=OrderType(terms.pop("type", kind[limit is not None, stop is not None])),
        quantity=Decimal(quantity),
        limit=None if limit is None else Decimal(limit),
        stop=None if stop is None else Decimal(stop),
        time_in_force=TimeInForce(terms.pop("tif", "day")),
        **terms,
    )


@dataclass
class Script:
    """A market written by hand: 100.00 × 300, 100.02 × 300 and nothing trading, except where it says otherwise."""

    lines: dict[datetime, dict[str, str]] = field(default_factory=dict)
    stops: list[Halt] = field(default_factory=list)
    busy: bool = True  # so much trades elsewhere that only the sizes shown limit us; else only what is written

    def write(self, *, after: int, at: datetime = MONDAY_NOON, **line: str) -> None:
        """In the second so many seconds after noon: bid, ask, sizes, last, volume."""
        self.lines[at + timedelta(seconds=after)] = line

    def halt(self, start: int, end: int, price: str, volume: str = "2000", at: datetime = MONDAY_NOON) -> None:
        """From one second after noon up to another, and the auction that ends it; at no price there is none."""
        for second in range(start, end):
            self.lines.setdefault(at + timedelta(seconds=second), {})["halted"] = "Paused."
        reopening = Cross(price=Decimal(price), volume=Decimal(volume)) if price else None
        begin, over = at + timedelta(seconds=start), at + timedelta(seconds=end)
        self.stops.append(Halt(start=begin, end=over, why="Paused.", market_wide=False, reopening=reopening))

    def moment(self, instrument_id: str, stretch: Stretch, second: int) -> Moment:
        usual = {"bid": "100", "ask": "100.02", "bid_size": "300", "ask_size": "300", "last": "100.01", "volume": "0"}
        line = usual | self.lines.get(stretch.at(second), {})
        halted, low, high = line.pop("halted", ""), line.pop("low", None), line.pop("high", None)
        band = None if low is None or high is None else (Decimal(low), Decimal(high))
        prices: dict[str, Any] = {name: Decimal(value) for name, value in line.items()}
        return Moment(tick=Decimal("0.01"), halted=halted, band=band, **prices)

    def first(self, instrument_id: str, stretch: Stretch, seconds: range, watch: Watch) -> int | None:
        return next((k for k in seconds if seen(self.moment(instrument_id, stretch, k), watch)), None)

    def volume(self, instrument_id: str, stretch: Stretch, seconds: range) -> Decimal:
        if self.busy:
            return Decimal(1_000_000)
        return sum((self.moment(instrument_id, stretch, k).volume for k in seconds), Decimal(0))

    def until(self, now: datetime) -> datetime:
        return now

    def gaps(self, instrument_id: str, start: datetime, end: datetime) -> Sequence[str]:
        return ()

    def crossed_at(self, instrument_id: str, stretch: Stretch, opening: bool) -> datetime | None:
        return stretch.start if opening else stretch.end

    def cross(self, instrument_id: str, stretch: Stretch, opening: bool) -> Cross:
        minutes = range(300) if opening else range(stretch.seconds - 300, stretch.seconds)
        price = self.moment(instrument_id, stretch, 0 if opening else stretch.seconds - 1).last
        return Cross(price=price, volume=self.volume(instrument_id, stretch, minutes))

    def indication(self, instrument_id: str, at: datetime) -> Indication | None:
        return None

    def halts(self, instrument_id: str, stretch: Stretch) -> Sequence[Halt]:
        return [stop for stop in self.stops if stretch.start <= stop.start < stretch.end]


def seen(moment: Moment, watch: Watch) -> bool:
    traded = moment.volume > 0
    if watch.down:
        return (traded and moment.last <= watch.price) or (watch.quotes and moment.ask <= watch.price)
    return (traded and moment.last >= watch.price) or (watch.quotes and moment.bid >= watch.price)


@dataclass
class Quiet:
    """Companies that do only what is written here, at 100 a share."""

    written: list[CorporateEvent] = field(default_factory=list)

    def events(self, first: date, last: date, instrument_id: str | None = None) -> Sequence[CorporateEvent]:
        wanted = [e for e in self.written if first <= e.effective <= last]
        return [e for e in wanted if instrument_id in (None, e.instrument_id)]

    def close(self, instrument_id: str, day: date) -> Decimal | None:
        return Decimal(100)

    def previous_close(self, instrument_id: str, day: date) -> Decimal | None:
        split = next((e.ratio for e in self.events(day, day, instrument_id) if e.ratio), Decimal(1))
        return round(Decimal(100) / split, 2)

    def listed(self, day: date) -> Sequence[Instrument]:
        gone = {e.instrument_id for e in self.written if e.kind is EventKind.CASH_MERGER and e.effective <= day}
        return [name.instrument for name in NAMES if name.instrument.id not in gone]


@dataclass
class Scene:
    """One exchange, its clock, and what the stream said."""

    file: str = ":memory:"
    broker: PracticeBroker = PLAIN
    clock: HandClock = field(default_factory=HandClock)
    told: list[Report] = field(default_factory=list)
    tape: Tape = MARKET
    companies: Companies | None = None  # nothing happens, except on the invented market itself

    def __post_init__(self) -> None:
        companies = self.companies or (self.tape if isinstance(self.tape, InventedMarket) else Quiet())
        self.exchange: Exchange = self.broker.exchange(self.file, self.clock, self.clock, self.tape, companies)
        self.line = PracticeLine(
            exchange=self.exchange, account="practice", clock=self.clock, at_close=self.exchange.close
        )
        self.line.listen(self.told.append)

    def __del__(self) -> None:
        if "line" in vars(self):  # else it could not be opened
            self.line.close()  # from Python 3.13 on, a file that is forgotten open is a warning

    def run(self, **span: float) -> None:
        """Time passes, and the exchange works it off in one go."""
        self.clock.pass_by(**span)
        self.line.heartbeat()

    def moment(self, symbol: str = "AAPL", at: datetime | None = None) -> Moment:
        return MARKET.newest(IDS[symbol], at or self.clock.at)[0]

    def fills(self, client_id: str = "") -> list[Fill]:
        reading = self.line.executions("practice", datetime(2020, 1, 1, tzinfo=UTC))
        return [fill for fill in reading.rows if client_id in ("", fill.client_id)]

    def status(self, client_id: str) -> Status:
        found = self.line.find(order(client_id))
        assert found is not None
        return found.status

    def reason(self, client_id: str) -> str:
        found = self.line.find(order(client_id))
        assert found is not None
        return found.reason

    def filled(self, client_id: str) -> Decimal | int:
        found = self.line.find(order(client_id))
        assert found is not None
        return found.filled
