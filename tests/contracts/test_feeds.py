"""What every source of prices keeps: their age, their own word beside them, and nothing of what is to come."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from core.domain.errors import NoQuote
from core.market.companies import RecordedCompanies
from core.market.feeds import FEEDS
from core.market.feeds.base import BarSize, Feed
from core.market.invented.market import InventedMarket
from core.market.player import Player
from core.market.recorder import Recorder
from core.market.recording import Recording
from core.market.sample import sample
from core.market.sessions import Sessions
from core.market.tape import Overlay
from tests.unit.practice.scene import HandClock, et

SESSIONS = Sessions()
START = et(2026, 11, 23, 10, 0)
DAY = SESSIONS.day(START)


@dataclass
class Fed:
    """One feed on a clock."""

    feed: Feed
    clock: HandClock
    listen: Callable[[], object] = lambda: None
    end: Callable[[], object] = lambda: None

    def to(self, minute: float) -> None:
        """A minute after ten, with all that came in on the way."""
        while self.clock.at < START + timedelta(minutes=minute):
            self.clock.pass_by(seconds=1)
            self.listen()


def invented(_: Path) -> Fed:
    clock = HandClock(START)
    market = InventedMarket(seed=1, sessions=SESSIONS)
    return Fed(FEEDS["invented"](market=market, overlay=Overlay(), clock=clock, market_clock=clock), clock)  # type: ignore[call-arg]


def recorded(folder: Path) -> Fed:
    clock = HandClock(START - timedelta(seconds=2))
    player = Player(sample(folder / "source", DAY, lasts=timedelta(minutes=5), symbols=("AAPL", "SPY")))
    tape = Recorder(source=player, about=player.about, recording=Recording(folder / "heard"), sessions=SESSIONS)
    companies = RecordedCompanies(about=player.about, tape=tape, sessions=SESSIONS)
    feed = FEEDS["recorded"](  # type: ignore[call-arg]
        player=player,
        companies=companies,
        sessions=SESSIONS,
        overlay=Overlay(),
        clock=clock,
        market_clock=clock,
    )
    return Fed(feed, clock, lambda: tape.until(clock.now()), tape.stop)


MADE = {"invented": invented, "recorded": recorded}


@pytest.fixture(params=list(FEEDS))
def fed(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Fed]:
    assert request.param in MADE, "a new feed: say here how it is opened in a test"
    made = MADE[request.param](tmp_path)
    made.to(2.5)
    yield made
    made.end()


def test_it_says_what_it_is_and_what_it_prices(fed: Fed) -> None:
    names = fed.feed.instruments()
    assert fed.feed.delay >= timedelta(0)
    assert fed.feed.note
    assert names
    assert len({i.id for i in names}) == len({i.symbol for i in names}) == len(names)


def test_a_quote_has_its_age_and_is_never_of_the_future(fed: Fed) -> None:
    for instrument in fed.feed.instruments()[:5]:
        quote = fed.feed.quote(instrument.id)
        assert quote.instrument_id == instrument.id
        assert quote.usable
        assert quote.at <= fed.clock.now()
        assert timedelta(0) <= fed.clock.now() - quote.received <= timedelta(seconds=5)
        assert quote.feed in FEEDS


def test_what_it_does_not_know_is_no_price(fed: Fed) -> None:
    asks: list[Callable[[], object]] = [
        lambda: fed.feed.quote("nothing"),
        lambda: fed.feed.low("nothing"),
        lambda: fed.feed.previous_close("nothing", DAY),
        lambda: fed.feed.bars("nothing", BarSize.MINUTE, START, START),
        lambda: fed.feed.events("nothing", DAY, DAY),
    ]
    for ask in asks:
        with pytest.raises(NoQuote, match="nothing"):
            ask()


@pytest.mark.parametrize("size", list(BarSize))
def test_bars_are_finished_in_order_and_stay_as_they_are(fed: Fed, size: BarSize) -> None:
    known = fed.feed.instruments()[0].id
    start = START - timedelta(days=10) if size is BarSize.DAY else START
    bars = fed.feed.bars(known, size, start, fed.clock.now())
    assert bars or size in (BarSize.HOUR, BarSize.FIVE_MINUTES)
    assert [b.at for b in bars] == sorted({b.at for b in bars})
    for bar in bars:
        assert bar.at + size.span <= fed.clock.now()
        assert bar.low <= min(bar.open, bar.close) <= max(bar.open, bar.close) <= bar.high
        assert bar.volume >= 0
    fed.to(4.2)
    assert list(fed.feed.bars(known, size, start, START + timedelta(minutes=2.5)))[: len(bars)] == list(bars)
    assert len(fed.feed.adjusted(known, bars)) == len(bars)


def test_the_day_before_and_what_companies_do(fed: Fed) -> None:
    for instrument in fed.feed.instruments()[:5]:
        close, low = fed.feed.previous_close(instrument.id, DAY), fed.feed.low(instrument.id)
        assert close is not None
        assert low is not None
        assert low > 0
        assert close > 0
        assert all(e.announced <= DAY for e in fed.feed.events(instrument.id, DAY, DAY + timedelta(days=60)))
