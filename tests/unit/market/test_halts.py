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
from core.market.invented.words import why_halted
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


PAUSED = 7200 + PATIENCE  # the name fell at 7200


def test_who_would_open_outside_the_collar_waits_five_minutes_more_and_the_collar_widens_on_that_side_alone() -> None:
    seen, bands, (stop,) = halted(path({0: 100, 7200: 94, PAUSED + 200: 84}), 100 * DOLLAR, 1, ())
    assert [(c.until - PAUSED, c.low, c.high, c.price) for c in stop.collars] == [
        (PAUSE, 902_500, 1_050_000, 840_000),  # 5 % below the band at which it was paused, up to the upper band
        (2 * PAUSE, 855_000, 1_050_000, 840_000),
        (3 * PAUSE, 807_500, 1_050_000, 840_000),
    ]
    assert (stop.start, stop.end) == (PAUSED, PAUSED + 3 * PAUSE)
    assert int(seen.volume[stop.start : stop.end].sum()) == 0
    assert int(seen.last[stop.end]) == 84 * DOLLAR
    assert bands.at(stop.end)[0] == 798_000


def test_the_collar_of_a_rise_is_its_mirror() -> None:
    _, _, (stop,) = halted(path({0: 100, 7200: 107, PAUSED + 200: 113}), 100 * DOLLAR, 1, ())
    assert [(c.low, c.high) for c in stop.collars] == [(950_000, 1_102_500), (950_000, 1_155_000)]
    assert stop.end == PAUSED + 2 * PAUSE


def test_who_comes_back_beyond_the_other_side_of_the_collar_waits_too() -> None:
    _, _, (stop,) = halted(path({0: 100, 7200: 94, PAUSED + 200: 108}), 100 * DOLLAR, 1, ())
    assert [(c.low, c.high) for c in stop.collars] == [(902_500, 1_050_000), (902_500, 1_097_500)]


def test_a_cheap_name_has_a_collar_of_fifteen_cents() -> None:
    prices = path({0: 2, 7200: 1, PAUSED + 200: 1})
    _, _, (stop,) = halted(prices, 2 * DOLLAR, 1, ())
    first = stop.collars[0]
    assert (first.low, first.high) == (16_000 - 1_500, 24_000)
    assert len(stop.collars) == 4, "1.45, 1.30, 1.15, 1.00"


def test_who_never_fits_the_collar_waits_for_the_closing_auction() -> None:
    _, _, (stop,) = halted(path({0: 100, SECONDS - 1500: 50}), 100 * DOLLAR, 1, ())
    assert stop.end == SECONDS
    assert not stop.collars[-1].holds


def test_a_market_wide_stop_that_takes_over_puts_off_the_moment_at_which_the_collar_is_asked() -> None:
    market = (Stop(PAUSED + 100, PAUSED + 1000, "market-wide", -0.07),)
    _, _, (stop,) = halted(path({0: 100, 7200: 94}), 100 * DOLLAR, 1, market)
    assert [c.until for c in stop.collars] == [PAUSED + 1000]
    assert stop.end == PAUSED + 1000


def test_the_words_of_a_pause_know_the_collar_of_the_moment_and_nothing_of_later() -> None:
    _, _, (stop,) = halted(path({0: 100, 7200: 94, PAUSED + 200: 88}), 100 * DOLLAR, 1, ())
    hours = SESSIONS.hours(CRASH)
    assert hours is not None
    regular = hours.stretches[1]
    assert why_halted(stop, None, regular, stop.start) == (
        "Paused: the price stood at its lower band for 15 seconds. At 11:35:15 ET it opens again if its price lies "
        "between 90.25 and 105.00 by then."
    )
    assert why_halted(stop, None, regular, stop.start + PAUSE) == (
        "Paused: the price stood at its lower band for 15 seconds. It would have opened at 88.00, outside its collar "
        "of 90.25 to 105.00, and waits five minutes more. At 11:40:15 ET it opens again if its price lies between "
        "85.50 and 105.00 by then."
    )
    _, _, (late,) = halted(path({0: 100, SECONDS - 700: 80}), 100 * DOLLAR, 1, ())
    assert why_halted(late, None, regular, late.start).endswith("It waits for the closing auction.")


def test_every_pause_of_the_invented_market_opens_inside_its_collar_and_some_wait_longer() -> None:
    market = InventedMarket(seed=1, sessions=SESSIONS)
    days = (("ALDC", date(2026, 11, 17)), ("HLSD", date(2026, 11, 11)), ("BH", date(2025, 7, 7)))
    waited = []
    for symbol, day in days:
        played = market.play(IDS[symbol], day, Part.REGULAR)
        for stop in (s for s in played.stops if s.collars):
            assert [c.holds for c in stop.collars] == [False] * (len(stop.collars) - 1) + [True]
            assert stop.end == stop.collars[-1].until == stop.start + PAUSE * len(stop.collars)
            assert stop.collars[-1].low <= played.auctions[stop.end][0] <= stop.collars[-1].high
            waited.append(len(stop.collars))
    assert waited == [2, 2, 1]


def test_a_halt_says_what_was_known_in_each_second() -> None:
    market = InventedMarket(seed=1, sessions=SESSIONS)
    hours = SESSIONS.hours(date(2026, 11, 17))
    assert hours is not None
    regular = hours.stretches[1]
    (halt,) = market.halts(IDS["ALDC"], regular)
    assert len(halt.collars) == 2
    start = regular.second(halt.start)
    first, later = (market.moment(IDS["ALDC"], regular, start + wait).halted for wait in (0, PAUSE))
    assert halt.why == first, "what comes is not told before"
    assert "five minutes more" in later
    assert "five minutes more" not in first
