"""Invented prices: one seed, one market, whoever asks, whenever, in whatever order."""

import re
import subprocess
import sys
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from core.domain.errors import NoQuote
from core.domain.instrument import AssetClass
from core.domain.order import Side
from core.domain.quote import Bar
from core.market.feeds import FEEDS
from core.market.feeds.base import BarSize
from core.market.feeds.invented import InventedFeed
from core.market.invented import market as market_module
from core.market.invented.factors import SECTORS
from core.market.invented.market import InventedMarket
from core.market.invented.names import NAMES, by_id
from core.market.invented.path import DOLLAR
from core.market.invented.shape import HALF_HOURS
from core.market.sessions import NEW_YORK, Part, Sessions
from core.market.tape import Level, Overlay, Watch, book

SESSIONS = Sessions()
MARKET = InventedMarket(seed=1, sessions=SESSIONS)
DAY = date(2026, 11, 23)
IDS = {name.instrument.symbol: name.instrument.id for name in NAMES}
SAMPLES = """
from datetime import date
from core.market.invented.market import InventedMarket
from core.market.sessions import Sessions
sessions = Sessions()
market = InventedMarket(seed=1, sessions=sessions)
for day in (date(2026, 11, 23), date(2024, 2, 29), date(2026, 11, 27)):
    for name in ("xsim-0001", "xsim-0015", "xsim-0018"):
        for stretch in sessions.hours(day).stretches:
            for second in (0, 1, 777, 12599):
                print(market.moment(name, stretch, second))
        print(market.day(name, day), market.halts(name, stretch))
        for opening in (True, False):
            print(market.cross(name, sessions.hours(day).stretches[1], opening))
        for second in (-100, 22900):
            print(market.indication(name, sessions.hours(day).stretches[1].at(second)))
print(market.events(date(2026, 1, 1), date(2027, 12, 31)))
"""


class At:
    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at


def feed_at(at: datetime, overlay: Overlay | None = None) -> InventedFeed:
    return InventedFeed(market=MARKET, overlay=overlay or Overlay(), clock=At(at), market_clock=At(at))


def et(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=NEW_YORK).astimezone(UTC)  # type: ignore[misc, arg-type]


def day_bar(instrument_id: str, day: date) -> Bar:
    found = MARKET.day(instrument_id, day)
    assert found is not None
    return found


def printed() -> str:
    return subprocess.run(
        [sys.executable, "-c", SAMPLES], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[3]
    ).stdout


def test_the_same_in_every_process() -> None:
    first = printed()
    assert first.count("Moment(") == 108
    assert printed() == first


def test_the_same_whatever_was_asked_before() -> None:
    hours = SESSIONS.hours(DAY)
    assert hours is not None
    fresh = InventedMarket(seed=1, sessions=Sessions())
    for second in (23_399, 0, 12_000):
        assert fresh.moment("xsim-0007", hours.stretches[1], second) == MARKET.moment(
            "xsim-0007", hours.stretches[1], second
        )


def test_the_same_when_later_years_were_asked_first() -> None:
    fresh = InventedMarket(seed=1, sessions=Sessions())
    later = fresh.day("xsim-0015", date(2031, 3, 5))
    assert fresh.day("xsim-0015", DAY) == MARKET.day("xsim-0015", DAY)
    assert fresh.close("xsim-0061", date(2027, 8, 2)) == MARKET.close("xsim-0061", date(2027, 8, 2))
    assert MARKET.day("xsim-0015", date(2031, 3, 5)) == later


@pytest.mark.parametrize("file", sorted(Path(market_module.__file__).parent.glob("*.py")), ids=lambda file: file.stem)
def test_only_arithmetic_that_every_machine_rounds_alike(file: Path) -> None:
    """A price must not hang on the last bit of somebody's exp, nor on the order in which floats are added up."""
    calls = re.findall(
        r"np\.(exp|log|power|sin|cos|tan|dot|matmul|einsum|interp|convolve|mean|std|var)\b", file.read_text()
    )
    assert calls == []
    assert not re.search(r"\w @ \w|math\.(exp|log|pow)|\bsum\((?!dtype)", file.read_text())


def test_another_seed_is_another_market() -> None:
    other = InventedMarket(seed=2, sessions=SESSIONS)
    assert other.day("xsim-0001", DAY) != day_bar("xsim-0001", DAY)


def test_the_list_has_what_lessons_need() -> None:
    listed = [name.instrument for name in NAMES]
    assert {"AAPL", "MSFT", "SPY", "QQQ", "VTI", "BND", "TLT", "GLD", "BRK.B"} <= {i.symbol for i in listed}
    assert len({i.id for i in listed}) == len(listed) == len({n.number for n in NAMES})
    assert all(i.listing == "XSIM" and i.sector and i.symbol.lower() not in i.id for i in listed)
    assert any(not i.fractionable for i in listed)
    assert any(not i.shortable for i in listed)
    assert len(listed) >= 60
    funds = {i.symbol for i in listed if i.asset_class is AssetClass.FUND}
    assert {i.symbol for i in listed if i.diversified} == funds - {"GLD", "SLV"}
    stocks = Counter(i.sector for i in listed if i.asset_class is AssetClass.STOCK)
    assert set(stocks) == set(SECTORS)
    assert min(stocks.values()) >= 3
    assert any(name.price < 1 for name in NAMES)


@pytest.mark.parametrize("name", NAMES, ids=lambda name: name.instrument.symbol)
@pytest.mark.parametrize("part", list(Part))
def test_prices_are_on_ticks_and_never_locked_or_crossed(name: object, part: Part) -> None:
    listed = by_id()[name.instrument.id]  # type: ignore[attr-defined]
    hours = SESSIONS.hours(DAY)
    assert hours is not None
    stretch = next(s for s in hours.stretches if s.part is part)
    for second in range(0, stretch.seconds, 97):
        moment = MARKET.moment(listed.instrument.id, stretch, second)
        assert 0 < moment.bid < moment.ask
        assert min(moment.bid_size, moment.ask_size) >= 100
        for price in (moment.bid, moment.ask, moment.last):
            assert price % listed.instrument.tick_at(price) == 0
        for side in Side:
            for level in book(moment, side):
                assert level.price % listed.instrument.tick_at(level.price) == 0
                assert level.size > 0


def test_the_last_price_stands_until_the_next_trade() -> None:
    hours = SESSIONS.hours(DAY)
    assert hours is not None
    seconds = [MARKET.moment(IDS["CKX"], hours.stretches[1], k) for k in range(3000)]
    assert seconds[0].volume > 0
    assert sum(moment.volume > 0 for moment in seconds) < 100
    for before, moment in pairwise(seconds):
        assert moment.last in ((moment.bid, moment.ask) if moment.volume else (before.last,))


def test_a_dollar_is_crossed_on_ticks() -> None:
    """PLUG wanders around a dollar; above it the step is a cent."""
    plug = by_id()[IDS["PLUG"]].instrument
    seen = set()
    for day in SESSIONS.days(date(2025, 1, 2), date(2025, 12, 31)):
        if not 0.9 < float(MARKET.close(plug.id, day) or 0) < 1.1:
            continue
        bar = day_bar(plug.id, day)
        seen.add((bar.low < 1, bar.high > 1))
        for price in (bar.open, bar.high, bar.low, bar.close):
            exact = Decimal(str(price))
            assert exact % plug.tick_at(exact) == 0
    assert (True, True) in seen


def test_a_minute_is_its_seconds_and_a_day_its_minutes() -> None:
    name = IDS["KO"]
    hours = SESSIONS.hours(DAY)
    assert hours is not None
    regular = hours.stretches[1]
    minutes = MARKET.minutes(name, DAY)
    assert len(minutes) == 390
    seconds = [MARKET.moment(name, regular, second) for second in range(7200, 7260)]
    assert minutes[120].at == regular.at(7200)
    assert minutes[120].open == float(seconds[0].last)
    assert minutes[120].close == float(seconds[-1].last)
    assert minutes[120].high == float(max(m.last for m in seconds))
    assert minutes[120].low == float(min(m.last for m in seconds))
    assert minutes[120].volume == float(sum(m.volume for m in seconds))
    day = day_bar(name, DAY)
    assert (day.open, day.close) == (minutes[0].open, minutes[-1].close)
    assert (day.high, day.low) == (max(b.high for b in minutes), min(b.low for b in minutes))
    assert day.volume == sum(b.volume for b in minutes)


def test_days_open_with_a_gap_and_nights_lead_from_close_to_opening() -> None:
    name = IDS["NVDA"]
    before, after = day_bar(name, date(2026, 11, 20)), day_bar(name, DAY)
    assert before.close != after.open
    friday, monday = SESSIONS.hours(date(2026, 11, 20)), SESSIONS.hours(DAY)
    assert friday is not None
    assert monday is not None
    post = MARKET.moment(name, friday.stretches[2], 0)
    pre = MARKET.moment(name, monday.stretches[0], monday.stretches[0].seconds - 1)
    assert abs(float(post.last) / before.close - 1) < 0.005
    assert abs(float(pre.last) / after.open - 1) < 0.005


def test_the_volume_of_a_day_has_its_usual_shape() -> None:
    totals = np.zeros(13)
    for day in SESSIONS.days(date(2026, 9, 1), date(2026, 11, 20)):
        volumes = [bar.volume for bar in MARKET.minutes(IDS["SPY"], day)]
        totals += np.array(volumes).reshape(13, 30).sum(axis=1)
    shares = totals / totals.sum() * 100
    assert np.allclose(shares, HALF_HOURS, atol=0.3)


def test_quotes_carry_the_moment_and_the_note() -> None:
    now = et(2026, 11, 23, 12)
    feed = feed_at(now)
    quote = feed.quote(IDS["AAPL"])
    assert (quote.at, quote.received, quote.feed) == (now, now, "invented")
    assert quote.usable
    assert feed.note == "INVENTED PRICES"
    assert feed.delay == timedelta(0)
    assert len(feed.instruments()) == len(NAMES)


def test_off_hours_are_wider_and_thinner() -> None:
    regular, early = feed_at(et(2026, 11, 23, 12)).quote(IDS["F"]), feed_at(et(2026, 11, 23, 5)).quote(IDS["F"])
    assert early.ask - early.bid > regular.ask - regular.bid
    hours = SESSIONS.hours(DAY)
    assert hours is not None
    pre, day, _ = hours.stretches
    shown = [np.mean([MARKET.moment(IDS["F"], s, k).bid_size for k in range(0, 10_000, 50)]) for s in (pre, day)]
    assert shown[0] < shown[1] / 2


def test_at_night_the_last_quote_stands() -> None:
    assert feed_at(et(2026, 11, 21, 23)).quote(IDS["AAPL"]).bid == feed_at(et(2026, 11, 20, 21)).quote(IDS["AAPL"]).bid


def test_an_unknown_name_is_a_sentence() -> None:
    with pytest.raises(NoQuote, match="does not list nothing"):
        feed_at(et(2026, 11, 23, 12)).quote("nothing")


def test_only_finished_bars_are_shown() -> None:
    now = et(2026, 11, 23, 12, 0) + timedelta(seconds=30)
    feed = feed_at(now)
    minutes = feed.bars(IDS["AAPL"], BarSize.MINUTE, et(2026, 11, 20, 15, 58), now + timedelta(days=3))
    assert [b.at for b in minutes[:3]] == [et(2026, 11, 20, 15, 58), et(2026, 11, 20, 15, 59), et(2026, 11, 23, 9, 30)]
    assert minutes[-1].at == et(2026, 11, 23, 11, 59)
    assert all(a.at < b.at for a, b in pairwise(minutes))
    days = feed.bars(IDS["AAPL"], BarSize.DAY, now - timedelta(days=8), now)
    assert [b.at.date() for b in days] == [date(2026, 11, d) for d in (16, 17, 18, 19, 20)]


@pytest.mark.parametrize(("size", "count"), [(BarSize.SECOND, 23_400), (BarSize.FIVE_MINUTES, 78), (BarSize.HOUR, 7)])
def test_bars_of_every_size_are_the_same_day(size: BarSize, count: int) -> None:
    feed, name = feed_at(et(2026, 11, 23, 20)), IDS["KO"]
    bars = feed.bars(name, size, et(2026, 11, 23, 9, 30), et(2026, 11, 23, 16))
    whole = day_bar(name, DAY)
    assert len(bars) == count
    assert (bars[0].open, bars[-1].close) == (whole.open, whole.close)
    assert (max(b.high for b in bars), min(b.low for b in bars)) == (whole.high, whole.low)
    assert sum(b.volume for b in bars) == whole.volume
    assert all(later.at - bar.at == size.span for bar, later in pairwise(bars))


def test_history_is_asked_raw_or_as_it_compares_with_now() -> None:
    name, now = IDS["AAPL"], et(2026, 11, 23, 12)
    (split,) = (e for e in MARKET.events(date(2026, 7, 1), now.date(), name) if e.ratio)
    feed = feed_at(now)
    raw = feed.bars(name, BarSize.DAY, now - timedelta(days=200), now)
    seen = feed.adjusted(name, raw)
    steps = (
        [abs(b.close / a.close - 1) for a, b in pairwise(raw)],
        [abs(b.close / a.close - 1) for a, b in pairwise(seen)],
    )
    assert max(steps[0]) > 0.4
    assert max(steps[1]) < 0.15
    assert seen[-1] == raw[-1]
    assert split.ratio is not None
    assert seen[0].close < raw[0].close / float(split.ratio), "dividends are taken out as well"


def test_a_halt_stands_in_the_quote() -> None:
    gone = et(2027, 11, 1, 12)
    assert feed_at(gone).quote(IDS["ALDC"]).halted.startswith("No longer traded")
    assert feed_at(gone).quote(IDS["AAPL"]).halted == ""
    assert len(feed_at(gone).instruments()) == len(NAMES) - 1


def test_three_years_of_history() -> None:
    now = et(2026, 11, 23, 12)
    bars = feed_at(now).bars(IDS["BND"], BarSize.DAY, now - timedelta(days=3 * 366), now)
    assert len(bars) > 3 * 250


def test_a_bar_whose_end_is_cut_off_is_left_out() -> None:
    start = et(2026, 11, 20, 10)
    bars = feed_at(et(2026, 11, 23, 12)).bars(
        IDS["AAPL"], BarSize.MINUTE, start + timedelta(seconds=1), start + timedelta(minutes=3)
    )
    assert [b.at for b in bars] == [start + timedelta(minutes=1), start + timedelta(minutes=2)]


def test_what_we_took_is_gone_until_the_next_second() -> None:
    now = et(2026, 11, 23, 12)
    overlay = Overlay()
    before = feed_at(now, overlay).quote(IDS["AAPL"])
    overlay.take(IDS["AAPL"], Side.BUY, now, Level(price=before.ask, size=Decimal(100)))
    after = feed_at(now, overlay).quote(IDS["AAPL"])
    assert (after.ask, after.ask_size) == (before.ask, before.ask_size - 100)
    assert (after.bid, after.bid_size) == (before.bid, before.bid_size)
    overlay.take(IDS["AAPL"], Side.BUY, now, Level(price=before.ask, size=before.ask_size - 100))
    assert feed_at(now, overlay).quote(IDS["AAPL"]).ask > before.ask
    fresh = feed_at(now + timedelta(seconds=1)).quote(IDS["AAPL"])
    assert feed_at(now + timedelta(seconds=1), overlay).quote(IDS["AAPL"]) == fresh


def test_watching_finds_the_first_second_it_happens() -> None:
    hours = SESSIONS.hours(DAY)
    assert hours is not None
    regular, name = hours.stretches[1], IDS["AAPL"]
    level = MARKET.moment(name, regular, 5000).bid - Decimal("0.30")
    found = MARKET.first(name, regular, range(5001, regular.seconds), Watch(price=level, down=True, quotes=True))
    assert found is not None

    def there(second: int) -> bool:
        moment = MARKET.moment(name, regular, second)
        return moment.ask <= level or (moment.volume > 0 and moment.last <= level)

    assert [k for k in range(5001, found + 1) if there(k)] == [found]
    assert MARKET.first(name, regular, range(0, 100), Watch(price=Decimal(1), down=True, quotes=True)) is None


def test_the_lowest_trade_of_the_day_so_far() -> None:
    hours = SESSIONS.hours(DAY)
    assert hours is not None
    regular, name = hours.stretches[1], IDS["NVDA"]
    lasts = [MARKET.moment(name, regular, second).last for second in range(3600)]
    assert feed_at(hours.opens_at - timedelta(seconds=1)).low(name) is None
    for second in (0, 1, 59, 60, 3599):
        assert feed_at(regular.at(second)).low(name) == min(lasts[: second + 1])
    after = feed_at(hours.closes_at + timedelta(hours=1)).low(name)
    assert after is not None
    assert float(after) == min(float(MARKET.moment(name, regular, second).last) for second in range(regular.seconds))
    with pytest.raises(NoQuote, match="does not list nothing"):
        feed_at(hours.opens_at).low("nothing")


def test_the_feed_is_in_the_family() -> None:
    assert FEEDS["invented"] is InventedFeed


def test_prices_fit_what_they_are_counted_in() -> None:
    assert all(name.price * 20 * DOLLAR < 2**31 for name in NAMES)


def test_the_feed_tells_of_an_auction_to_come_of_bands_and_that_nothing_is_pushed_any_more() -> None:
    early, late = et(2026, 11, 23, 12), et(2026, 11, 23, 15, 55)
    assert feed_at(early).indication(IDS["AAPL"]) is None
    assert feed_at(late).indication(IDS["AAPL"]) == MARKET.indication(IDS["AAPL"], late) is not None
    quote = feed_at(early).quote(IDS["AAPL"])
    assert quote.band is not None
    assert quote.band[0] < quote.bid < quote.band[1]
    overlay = Overlay()
    assert overlay.calm("a", Side.BUY, early)
    overlay.take("a", Side.BUY, early, Level(price=Decimal(1), size=Decimal(1)))
    assert not overlay.calm("a", Side.BUY, early + timedelta(hours=3))
    assert overlay.calm("a", Side.BUY, early + timedelta(hours=5))
    assert overlay.calm("a", Side.SELL, early)
