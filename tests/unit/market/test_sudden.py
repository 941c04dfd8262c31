"""Halts and gaps from one second on: nothing before it changes, bands and auctions fit, and the level stays."""

from datetime import date, timedelta

import numpy as np
import pytest

from core.domain.chosen import Chosen, Kind
from core.domain.errors import BadInput
from core.market.invented.halts import AUCTION, ORDERED, PATIENCE, PAUSE, SINGLE, Stop, merged
from core.market.invented.market import InventedMarket
from core.market.invented.names import NAMES
from core.market.invented.path import CENT, Path
from core.market.sessions import Part, Sessions, Stretch

SESSIONS = Sessions()
DAY = date(2026, 12, 9)
NEXT = SESSIONS.next_day(DAY)
IDS = {name.instrument.symbol: name.instrument.id for name in NAMES}
PLAIN = InventedMarket(seed=3, sessions=SESSIONS)
COLUMNS = ("bid", "ask", "last", "bid_size", "ask_size", "volume")
NOON = 9_000


def regular(day: date = DAY) -> Stretch:
    hours = SESSIONS.hours(day)
    assert hours is not None
    return hours.stretches[1]


def sudden(kind: Kind, size: int, second: int = NOON, symbol: str = "AAPL") -> Chosen:
    return Chosen(day=DAY, kind=kind, instrument_id=IDS[symbol], at=regular().at(second), size=size)


def market(*script: Chosen) -> InventedMarket:
    return InventedMarket(seed=3, sessions=SESSIONS, script=script)


def same(one: Path, other: Path, seconds: slice = slice(None)) -> bool:
    return all(np.array_equal(getattr(one, column)[seconds], getattr(other, column)[seconds]) for column in COLUMNS)


def path(played: InventedMarket, day: date = DAY, part: Part = Part.REGULAR, symbol: str = "AAPL") -> Path:
    return played.play(IDS[symbol], day, part).path


@pytest.mark.parametrize("second", [1, 61, NOON, 20_001, 23_399])
@pytest.mark.parametrize(
    ("kind", "size"), [(Kind.HALT, 10), (Kind.HALT, 390), (Kind.PRICE_GAP, -3), (Kind.PRICE_GAP, 20)]
)
def test_not_a_bit_of_the_seconds_before_it_changes_nor_of_any_other_name(kind: Kind, size: int, second: int) -> None:
    changed = market(sudden(kind, size, second))
    assert same(path(changed), path(PLAIN), slice(0, second))
    assert not same(path(changed), path(PLAIN))
    assert same(path(changed, part=Part.PRE), path(PLAIN, part=Part.PRE))
    assert same(
        path(changed, SESSIONS.previous_day(DAY), Part.POST), path(PLAIN, SESSIONS.previous_day(DAY), Part.POST)
    )
    for day in (DAY, NEXT):
        assert same(path(changed, day, symbol="MSFT"), path(PLAIN, day, symbol="MSFT"))
    before, after = PLAIN.play(IDS["AAPL"], DAY, Part.REGULAR).bands, changed.play(IDS["AAPL"], DAY, Part.REGULAR).bands
    assert before is not None
    assert after is not None
    assert [after.at(s) for s in range(0, second, 30)] == [before.at(s) for s in range(0, second, 30)]


def test_chosen_while_the_day_is_running_it_is_the_same_market_as_chosen_before() -> None:
    halt, gap = sudden(Kind.HALT, 10), sudden(Kind.PRICE_GAP, -8, 12_000)
    grown = market()
    path(grown)
    grown.choose((halt,))
    path(grown)
    grown.choose((halt, gap))
    assert same(path(grown), path(market(halt, gap)))
    assert same(path(grown, NEXT), path(market(halt, gap), NEXT))


def test_a_halted_name_stands_still_and_opens_again_in_an_auction() -> None:
    halted = market(sudden(Kind.HALT, 10))
    (halt,) = halted.halts(IDS["AAPL"], regular())
    assert (halt.start, halt.end) == (regular().at(NOON), regular().at(NOON + 600))
    assert halt.why == "Halted by the exchange, as it was asked to on Practice."
    assert halt.reopening is not None
    assert halt.reopening.volume > 0
    moment = halted.moment(IDS["AAPL"], regular(), NOON)
    assert moment.halted
    assert halted.volume(IDS["AAPL"], regular(), range(NOON, NOON + 600)) == 0
    opened = halted.moment(IDS["AAPL"], regular(), NOON + 600)
    assert not opened.halted
    assert opened.last == halt.reopening.price
    assert same(path(halted), path(PLAIN), slice(NOON + 600, None)), "its way went on unseen"
    assert not halted.moment(IDS["MSFT"], regular(), NOON).halted


def test_a_halt_that_comes_near_the_close_waits_for_the_closing_auction() -> None:
    seconds = regular().seconds
    halted = market(sudden(Kind.HALT, 30, seconds - AUCTION - 60))
    (halt,) = halted.halts(IDS["AAPL"], regular())
    assert (halt.end, halt.reopening) == (regular().end, None)
    assert halted.close(IDS["AAPL"], DAY) == PLAIN.close(IDS["AAPL"], DAY)


@pytest.mark.parametrize("size", [-4, 3])
def test_a_gap_inside_the_bands_is_there_at_once_and_stays(size: int) -> None:
    gapped, times = market(sudden(Kind.PRICE_GAP, size)), 1 + size / 100
    plain, there = path(PLAIN), path(gapped)
    ratio = there.bid[NOON:] / plain.bid[NOON:]
    assert np.allclose(ratio, times, atol=0.001)
    assert (there.ask > there.bid).all()
    assert not (there.bid[NOON:] % CENT).any()
    for day in (DAY, NEXT, date(2027, 3, 1)):
        close, usual = gapped.close(IDS["AAPL"], day), PLAIN.close(IDS["AAPL"], day)
        assert close is not None
        assert usual is not None
        assert float(close / usual) == pytest.approx(times, abs=0.001)
        bar = gapped.day(IDS["AAPL"], day)
        assert bar is not None
        assert bar.close == pytest.approx(float(close))
    assert np.allclose(path(gapped, part=Part.POST).bid / path(PLAIN, part=Part.POST).bid, times, atol=0.001)
    assert gapped.previous_close(IDS["AAPL"], NEXT) == gapped.close(IDS["AAPL"], DAY)
    assert gapped.adjustment(IDS["AAPL"], DAY, NEXT) == PLAIN.adjustment(IDS["AAPL"], DAY, NEXT), (
        "no event of a company"
    )


@pytest.mark.parametrize("size", [-20, 20])
def test_a_gap_beyond_the_bands_stands_at_the_band_is_paused_and_reopens_where_it_is(size: int) -> None:
    gapped = market(sudden(Kind.PRICE_GAP, size))
    played = gapped.play(IDS["AAPL"], DAY, Part.REGULAR)
    stop = played.stops[0]
    pauses = {-20: 4, 20: 3}[size]  # five minutes more each time it would open outside its collar
    assert (stop.start, stop.end, stop.why) == (NOON + PATIENCE, NOON + PATIENCE + pauses * PAUSE, SINGLE)
    assert played.bands is not None
    low, high = played.bands.at(NOON)
    assert set(played.path.last[NOON : stop.start].tolist()) == {low if size < 0 else high}
    for second in range(0, regular().seconds, 7):
        least, most = played.bands.at(second)
        assert played.stopped(second) or least <= played.path.last[second] <= most
    price, volume = played.auctions[stop.end]
    assert price == played.path.last[stop.end]
    assert volume > 0
    assert price / path(PLAIN).last[stop.end] == pytest.approx(1 + size / 100, abs=0.002)


def test_two_gaps_come_on_top_of_each_other_and_a_split_after_them_halves_what_is_there() -> None:
    split = Chosen(day=NEXT, kind=Kind.SPLIT, instrument_id=IDS["AAPL"])
    both = market(sudden(Kind.PRICE_GAP, -4), sudden(Kind.PRICE_GAP, -4, 12_000), split)
    close, usual = both.close(IDS["AAPL"], DAY), PLAIN.close(IDS["AAPL"], DAY)
    assert close is not None
    assert usual is not None
    assert float(close / usual) == pytest.approx(0.96 * 0.96, abs=0.001)
    (event,) = (e for e in both.events(NEXT, NEXT, IDS["AAPL"]) if e.ratio)
    assert event.ratio is not None
    before = both.previous_close(IDS["AAPL"], NEXT)
    assert before is not None
    assert float(before * event.ratio) == pytest.approx(float(close), rel=0.001)


def test_a_gap_of_the_index_fund_is_no_fall_of_the_market() -> None:
    gapped = market(sudden(Kind.PRICE_GAP, -20, symbol="SPY"))
    assert not any(halt.market_wide for halt in gapped.halts(IDS["MSFT"], regular()))
    assert not any(halt.market_wide for halt in gapped.halts(IDS["MSFT"], regular(NEXT)))


def test_stops_that_meet_are_one() -> None:
    one, two, three = Stop(10, 20, SINGLE), Stop(15, 40, ORDERED), Stop(50, 60, ORDERED)
    assert merged((three, one), (two,)) == (Stop(10, 40, SINGLE), three)


@pytest.mark.parametrize(
    ("kind", "size"), [(Kind.HALT, 0), (Kind.HALT, 391), (Kind.PRICE_GAP, 0), (Kind.PRICE_GAP, -51), (Kind.CALM, 1)]
)
def test_what_makes_no_sense_gets_a_sentence(kind: Kind, size: int) -> None:
    with pytest.raises(BadInput, match="Nothing was changed"):
        sudden(kind, size)
    with pytest.raises(BadInput, match="Nothing was changed"):
        Chosen(day=DAY, kind=Kind.HALT, instrument_id=IDS["AAPL"], size=10)


def test_a_chosen_halt_and_a_gap_in_it() -> None:
    both = market(sudden(Kind.HALT, 10), sudden(Kind.PRICE_GAP, -30, NOON + 300))
    played = both.play(IDS["AAPL"], DAY, Part.REGULAR)
    assert [(s.start, s.end) for s in played.stops][:1] == [(NOON, NOON + 600)]
    assert len(set(played.path.last[NOON : NOON + 600].tolist())) == 1, "nobody sees it before it opens again"
    assert played.auctions[NOON + 600][0] / path(PLAIN).last[NOON + 600] == pytest.approx(0.7, abs=0.002)
    assert regular().at(NOON + 600) - regular().at(NOON) == timedelta(minutes=10)
