"""Chosen days: what they are like, and that they change nothing before them."""

from datetime import date
from itertools import pairwise

import numpy as np
import pytest

from core.domain.chosen import OF_ONE_NAME, SUDDEN, Chosen, Kind
from core.domain.errors import BadInput
from core.domain.quote import Bar
from core.market.invented.market import InventedMarket
from core.market.invented.names import NAMES
from core.market.invented.path import Path
from core.market.sessions import Part, Sessions

SESSIONS = Sessions()
DAY = date(2026, 12, 9)
EVE = SESSIONS.previous_day(DAY)
IDS = {name.instrument.symbol: name.instrument.id for name in NAMES}
PLAIN = InventedMarket(seed=3, sessions=SESSIONS)
LARGE = ("AAPL", "MSFT", "NVDA", "AMZN", "JPM", "XOM", "JNJ", "PG", "COST", "HD", "BAC", "CAT")


def chosen(kind: Kind, symbol: str | None = None, seed: int = 3) -> InventedMarket:
    of_one = None if symbol is None else IDS[symbol]
    return InventedMarket(seed=seed, sessions=SESSIONS, script=(Chosen(day=DAY, kind=kind, instrument_id=of_one),))


def bar(market: InventedMarket, symbol: str, day: date = DAY) -> Bar:
    found = market.day(IDS[symbol], day)
    assert found is not None
    return found


def moved(market: InventedMarket, symbol: str, price: float) -> float:
    return price / float(market.close(IDS[symbol], EVE) or 0) - 1


def same(one: Path, other: Path) -> bool:
    columns = ("bid", "ask", "last", "bid_size", "ask_size", "volume")
    return all(np.array_equal(getattr(one, column), getattr(other, column)) for column in columns)


@pytest.mark.parametrize("kind", sorted(set(Kind) - SUDDEN))
def test_every_second_before_it_is_unchanged(kind: Kind) -> None:
    symbol = "AAPL" if kind in (Kind.SPLIT, Kind.EARNINGS_GAP) else None
    market = chosen(kind, symbol)
    market.close(IDS["AAPL"], date(2027, 2, 1))  # asked for what comes later first
    for name in ("AAPL", "SPY"):
        for part in Part:
            assert same(PLAIN.play(IDS[name], EVE, part).path, market.play(IDS[name], EVE, part).path)
    assert market.events(date(2026, 1, 1), EVE) == PLAIN.events(date(2026, 1, 1), EVE)
    assert not same(PLAIN.play(IDS["AAPL"], DAY, Part.REGULAR).path, market.play(IDS["AAPL"], DAY, Part.REGULAR).path)


@pytest.mark.parametrize("seed", [3, 4, 5])
def test_a_crash(seed: int) -> None:
    market = chosen(Kind.CRASH, seed=seed)
    spy = bar(market, "SPY")
    assert -0.125 < moved(market, "SPY", spy.low) < -0.07
    assert moved(market, "SPY", spy.close) < -0.06
    hours = SESSIONS.hours(DAY)
    assert hours is not None
    assert any(halt.market_wide for halt in market.halts(IDS["SPY"], hours.stretches[1]))
    returns = np.array([np.diff(np.log([b.close for b in market.bars(IDS[s], DAY, 300)])) for s in LARGE])
    together = np.corrcoef(returns)
    assert (together.sum() - len(LARGE)) / (len(LARGE) * (len(LARGE) - 1)) > 0.55
    plain = InventedMarket(seed=seed, sessions=SESSIONS)
    calm, wild = (m.play(IDS["JPM"], DAY, Part.REGULAR).path for m in (plain, market))
    assert (wild.ask - wild.bid).mean() > 2.5 * (calm.ask - calm.bid).mean()
    assert wild.bid_size.mean() < calm.bid_size.mean() / 1.6
    assert bar(market, "JPM").volume > 1.6 * bar(plain, "JPM").volume, "though nothing trades while it is stopped"


def test_its_level_stays() -> None:
    """Nothing pulls the days after it back at once: over many markets they go on from the crash's close."""
    later = []
    for seed in range(3, 15):
        market = chosen(Kind.CRASH, seed=seed)
        closes = [float(market.close(IDS["VTI"], day) or 0) for day in (EVE, DAY, date(2026, 12, 17))]
        assert closes[1] / closes[0] - 1 < -0.05
        later.append(closes[2] / closes[1] - 1)
    assert abs(float(np.mean(later))) < 0.03


@pytest.mark.parametrize("seed", [3, 4, 5])
def test_a_flash_crash_comes_back(seed: int) -> None:
    """2010-05-06: the low at −8.58 %, the close at −3.24 %."""
    market = chosen(Kind.FLASH_CRASH, seed=seed)
    spy = bar(market, "SPY")
    assert moved(market, "SPY", spy.low) == pytest.approx(-0.0858, abs=0.008)
    assert moved(market, "SPY", spy.close) == pytest.approx(-0.0324, abs=0.006)
    low_at = min(market.minutes(IDS["SPY"], DAY), key=lambda minute: minute.low).at
    assert 19 <= low_at.hour <= 20, "in the afternoon of New York"
    hours = SESSIONS.hours(DAY)
    assert hours is not None
    paused = [n for n in NAMES if any(not h.market_wide for h in market.halts(n.instrument.id, hours.stretches[1]))]
    assert paused, "single names are paused"


def test_calm_trend_and_thin() -> None:
    calm, trend, thin = chosen(Kind.CALM), chosen(Kind.TREND), chosen(Kind.THIN)
    quiet, straight = bar(calm, "SPY"), bar(trend, "SPY")
    assert (quiet.high - quiet.low) / quiet.open < 0.012
    assert abs(straight.close / straight.open - 1) > 0.012
    assert abs(straight.close - straight.open) > 0.75 * (straight.high - straight.low)
    assert bar(thin, "SPY").volume == pytest.approx(0.3 * bar(PLAIN, "SPY").volume, rel=0.05)
    usual, wide = (m.play(IDS["KO"], DAY, Part.REGULAR).path for m in (PLAIN, thin))
    assert (wide.ask - wide.bid).mean() > 1.6 * (usual.ask - usual.bid).mean()
    assert wide.bid_size.mean() < 0.5 * usual.bid_size.mean()


def test_figures_open_a_gap_for_one_name() -> None:
    market = chosen(Kind.EARNINGS_GAP, "KO")
    assert 0.06 < abs(moved(market, "KO", bar(market, "KO").open)) < 0.19
    assert bar(market, "KO").volume > 2 * bar(PLAIN, "KO").volume
    assert bar(market, "AAPL") == bar(PLAIN, "AAPL")


def test_a_split_on_the_chosen_day() -> None:
    market = chosen(Kind.SPLIT, "COST")
    (event,) = (e for e in market.events(DAY, DAY, IDS["COST"]) if e.ratio)
    assert event.ratio is not None
    split, whole = bar(market, "COST"), bar(PLAIN, "COST")
    assert split.open * float(event.ratio) == pytest.approx(whole.open, abs=0.05)
    assert split.close * float(event.ratio) == pytest.approx(whole.close, abs=0.05)


def test_the_same_key_is_the_same_market() -> None:
    one, other = chosen(Kind.CALM), chosen(Kind.CALM)
    assert one is not other
    assert bar(one, "SPY") == bar(other, "SPY") != bar(PLAIN, "SPY")


@pytest.mark.parametrize("kind", sorted(set(Kind) - SUDDEN))
def test_a_market_is_switched_while_it_plays_and_no_second_that_was_shown_changes(kind: Kind) -> None:
    market = InventedMarket(seed=3, sessions=SESSIONS)
    shown = {(name, part): market.play(IDS[name], EVE, part).path for name in ("AAPL", "SPY") for part in Part}
    events = market.events(date(2026, 1, 1), EVE)
    before = bar(market, "AAPL", EVE), market.previous_close(IDS["AAPL"], EVE)
    market.choose(chosen(kind, "AAPL" if kind in OF_ONE_NAME else None).script)
    for (name, part), path in shown.items():
        assert same(path, market.play(IDS[name], EVE, part).path)
    assert market.events(date(2026, 1, 1), EVE) == events
    assert (bar(market, "AAPL", EVE), market.previous_close(IDS["AAPL"], EVE)) == before
    assert bar(market, "AAPL") != bar(PLAIN, "AAPL")
    market.choose(())
    assert bar(market, "AAPL") == bar(PLAIN, "AAPL")


@pytest.mark.parametrize(("kind", "instrument_id"), [(Kind.SPLIT, None), (Kind.CRASH, IDS["AAPL"])])
def test_a_day_is_of_one_name_or_of_all(kind: Kind, instrument_id: str | None) -> None:
    with pytest.raises(BadInput, match="Nothing was changed"):
        Chosen(day=DAY, kind=kind, instrument_id=instrument_id)


def test_two_days_in_one_script() -> None:
    later = date(2026, 12, 16)
    both = (Chosen(day=DAY, kind=Kind.CRASH), Chosen(day=later, kind=Kind.CALM))
    market = InventedMarket(seed=3, sessions=SESSIONS, script=both)
    only = chosen(Kind.CRASH)
    assert bar(market, "SPY") == bar(only, "SPY")
    assert bar(market, "SPY", later) != bar(only, "SPY", later)
    days = SESSIONS.days(DAY, later)
    assert all(market.close(IDS["SPY"], a) == only.close(IDS["SPY"], a) for a, _ in pairwise(days))
