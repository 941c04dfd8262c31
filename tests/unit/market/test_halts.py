"""Pauses and market-wide stops: on paths written by hand, and on the invented market."""

from datetime import date
from itertools import pairwise

import numpy as np
import pytest

from core.domain.chosen import Chosen, Kind
from core.domain.order import Side
from core.market.invented.halts import PATIENCE, PAUSE, Stop, halted, market_stops, width
from core.market.invented.market import InventedMarket
from core.market.invented.names import NAMES
from core.market.invented.path import CENT, DOLLAR, LOT, Path
from core.market.sessions import Part, Sessions
from core.market.tape import book

SESSIONS = Sessions()
IDS = {name.instrument.symbol: name.instrument.id for name in NAMES}
SECONDS = 23_400
CRASH = date(2026, 12, 9)


def path(prices: dict[int, int], seconds: int = SECONDS) -> Path:
    """In dollars, from these seconds on; a spread of two cents, trades every second."""
    mid = np.zeros(seconds, dtype=np.int32)
    for second, price in sorted(prices.items()):
        mid[second:] = price * DOLLAR
    size = np.full(seconds, 300, dtype=np.int32)
    return Path(
        bid=mid - CENT, ask=mid + CENT, last=mid.copy(), bid_size=size, ask_size=size, volume=np.full(seconds, LOT)
    )


@pytest.mark.parametrize(
    ("yesterday", "tier", "late", "share"),
    [
        (100.0, 1, False, 0.05),
        (100.0, 1, True, 0.10),
        (100.0, 2, False, 0.10),
        (100.0, 2, True, 0.10),
        (2.0, 1, False, 0.20),
        (2.0, 2, True, 0.40),
        (0.5, 2, False, 0.30),
        (0.1, 2, False, 0.75),
    ],
)
def test_how_wide_the_bands_are(yesterday: float, tier: int, late: bool, share: float) -> None:
    assert width(int(yesterday * DOLLAR), tier, late) == pytest.approx(share)


def test_the_first_price_is_the_reference_and_95_and_105_are_the_bands() -> None:
    _, bands, stops = halted(path({0: 100}), 100 * DOLLAR, 1, ())
    assert bands.at(0) == (95 * DOLLAR, 105 * DOLLAR)
    assert bands.at(SECONDS - 25 * 60 - 31) == (95 * DOLLAR, 105 * DOLLAR)
    assert bands.at(SECONDS - 1) == (90 * DOLLAR, 110 * DOLLAR), "twice as wide at the end"
    assert stops == ()


def test_the_reference_follows_the_mean_of_five_minutes_by_whole_percents() -> None:
    _, bands, _ = halted(path({0: 100, 600: 102}), 100 * DOLLAR, 1, ())
    low, high = bands.at(600 + 149)
    assert (low, high) == (95 * DOLLAR, 105 * DOLLAR), "half the time at 102 is not yet enough"
    assert bands.at(600 + 180)[0] > 95 * DOLLAR


def test_fifteen_seconds_at_the_band_are_a_pause_of_five_minutes_and_it_opens_elsewhere() -> None:
    seen, bands, stops = halted(path({0: 100, 7200: 94}), 100 * DOLLAR, 1, ())
    (stop,) = stops
    assert (stop.start, stop.end) == (7200 + PATIENCE, 7200 + PATIENCE + PAUSE)
    assert stop.share == pytest.approx(-0.05)
    limit = slice(7200, stop.start)
    assert set(seen.last[limit].tolist()) == {95 * DOLLAR}, "trades stay at the band"
    assert set(seen.ask[limit].tolist()) == {95 * DOLLAR}
    assert int(seen.bid[limit].max()) < 95 * DOLLAR, "nobody buys inside the bands"
    assert int(seen.volume[stop.start : stop.end].sum()) == 0
    assert set(seen.last[stop.start : stop.end].tolist()) == {95 * DOLLAR}
    assert bands.at(stop.end) == (893_000, 987_000), "a new reference: 94.00"
    assert int(seen.last[stop.end]) == 94 * DOLLAR


def test_fourteen_seconds_at_the_band_are_none() -> None:
    seen, _, stops = halted(path({0: 100, 7200: 106, 7214: 104}), 100 * DOLLAR, 1, ())
    assert stops == ()
    assert set(seen.last[7200:7214].tolist()) == {105 * DOLLAR}
    assert int(seen.ask[7200:7214].min()) > 105 * DOLLAR
    assert int(seen.last[7214]) == 104 * DOLLAR


def test_who_is_paused_at_the_end_waits_for_the_closing_auction() -> None:
    _, _, stops = halted(path({0: 100, SECONDS - 700: 80}), 100 * DOLLAR, 1, ())
    assert stops[-1].end == SECONDS


@pytest.mark.parametrize(
    ("moved", "expected"),
    [
        ({0: 0.0, 3600: -0.0699}, []),
        ({0: 0.0, 3600: -0.07}, [(3601, 4501)]),
        ({0: 0.0, 3600: -0.07, 9000: -0.14}, [(3601, 4501), (9001, 9901)]),
        ({0: 0.0, 3600: -0.07, 4000: -0.02, 9000: -0.08}, [(3601, 4501)]),
        ({0: 0.0, SECONDS - 2100: -0.08}, []),
        ({0: 0.0, SECONDS - 600: -0.21}, [(SECONDS - 599, SECONDS)]),
    ],
)
def test_the_market_wide_stops(moved: dict[int, float], expected: list[tuple[int, int]]) -> None:
    path = np.zeros(SECONDS)
    for second, share in moved.items():
        path[second:] = share
    assert [(stop.start, stop.end) for stop in market_stops(path)] == expected


def test_a_market_wide_stop_holds_every_name() -> None:
    market = (Stop(3601, 4501, "market-wide", -0.07),)
    seen, bands, stops = halted(path({0: 100, 4000: 97}), 100 * DOLLAR, 1, market)
    assert stops == market
    assert int(seen.volume[3601:4501].sum()) == 0
    assert int(seen.last[4500]) == 100 * DOLLAR
    assert int(seen.last[4501]) == 97 * DOLLAR
    assert bands.at(4501)[0] == 921_500


def test_on_a_crash_day_all_names_stand_still_together() -> None:
    market = InventedMarket(seed=3, sessions=SESSIONS, script=(Chosen(day=CRASH, kind=Kind.CRASH),))
    hours = SESSIONS.hours(CRASH)
    assert hours is not None
    regular = hours.stretches[1]
    spy, ko = (market.halts(IDS[symbol], regular) for symbol in ("SPY", "KO"))
    (stop,) = (halt for halt in spy if halt.market_wide)
    assert stop in [
        type(stop)(start=h.start, end=h.end, why=h.why, market_wide=h.market_wide, reopening=stop.reopening) for h in ko
    ]
    assert (stop.end - stop.start).total_seconds() == 900
    assert "7% below yesterday's close" in stop.why
    second = regular.second(stop.start)
    moment = market.moment(IDS["KO"], regular, second + 5)
    assert moment.halted == stop.why
    assert list(book(moment, Side.BUY)) == []
    assert market.moment(IDS["KO"], regular, regular.second(stop.end)).halted == ""
    assert stop.reopening is not None
    assert stop.reopening.volume > 0


def test_now_and_then_a_small_company_is_paused_on_an_ordinary_day() -> None:
    market = InventedMarket(seed=1, sessions=SESSIONS)
    small = [n.instrument for n in NAMES if n.reports and n.tier > 1]
    paused = []
    for instrument in small:
        for before, day in pairwise(SESSIONS.days(date(2025, 1, 2), date(2026, 11, 20))):
            then, now = (market.close(instrument.id, d) for d in (before, day))
            if then is None or now is None or not 0.12 < abs(float(now / then) - 1) < 0.6:
                continue  # only a large move can have paused it: a whole day is costly to look at
            hours = SESSIONS.hours(day)
            assert hours is not None
            paused += [h for h in market.halts(instrument.id, hours.stretches[1]) if "band" in h.why]
    assert 5 <= len(paused) <= 60, "in two years, over all small companies"
    assert all((halt.end - halt.start).total_seconds() >= PAUSE for halt in paused)


@pytest.mark.parametrize("symbol", ["NVDA", "PLUG", "AAPL", "BH"])
def test_trades_stay_inside_the_bands_and_stop_in_halts_on_the_wildest_day(symbol: str) -> None:
    market = InventedMarket(seed=1, sessions=SESSIONS, script=(Chosen(day=CRASH, kind=Kind.FLASH_CRASH),))
    hours = SESSIONS.hours(CRASH)
    assert hours is not None
    regular = hours.stretches[1]
    played = market.play(IDS[symbol], CRASH, Part.REGULAR)
    assert played.bands is not None
    for second in range(0, regular.seconds, 7):
        low, high = played.bands.at(second)
        stop = played.stopped(second)
        assert (stop is not None) == bool(market.moment(IDS[symbol], regular, second).halted)
        if stop is None and played.path.volume[second]:
            assert low <= int(played.path.last[second]) <= high
        if stop is not None:
            assert int(played.path.volume[second]) == 0
