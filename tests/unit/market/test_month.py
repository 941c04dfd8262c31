"""What the invented market looks like over a month and over years, held against what real markets look like.

Every band has its source. A model with thin tails, without shared moves, with even volume or with one spread for all day
falls outside: that is tried here too.
"""

from datetime import date
from itertools import pairwise
from typing import Final

import numpy as np
import pytest

from core.market.invented import levels, path, shape
from core.market.invented.chance import Floats, Parts
from core.market.invented.market import InventedMarket
from core.market.invented.names import NAMES
from core.market.sessions import Part, Sessions

SESSIONS = Sessions()
IDS = {name.instrument.symbol: name.instrument.id for name in NAMES}
MONTH = SESSIONS.days(date(2026, 10, 1), date(2026, 10, 30))
YEARS = SESSIONS.days(date(2012, 1, 3), date(2026, 10, 30))
CLOSELY = ("SPY", "IBM", "BAC", "AIG", "KO", "JPM")
LARGE = (
    *("AAPL", "MSFT", "NVDA", "AMZN", "GOOGL", "JPM", "XOM", "UNH", "JNJ", "PG"),
    *("KO", "COST", "BRK.B", "HD", "META", "BAC", "CVX", "LLY", "WMT", "CAT"),
)
ROLLING: Final = 21  # trading days over which a reader would call the market calm or in crisis
CALM, CRISIS = 0.11, 0.35  # realised volatility of SPY over them, of a year

Measured = dict[str, float]
OVER_YEARS = {
    # what: (from, to)   and where it is taken from
    "kurtosis, large stocks, each by its own spread": (4.0, 25.0),  # daily returns of large US stocks: 6–20
    "autocorrelation of |returns|, 1 day": (0.1, 0.4),  # S&P 500 stocks since 1990: about 0.2
    "autocorrelation of |returns|, 20 days": (0.03, 0.25),  # slow to fade
    "pair correlation, calm": (0.1, 0.35),  # 20 large stocks in 2017: 0.106
    "pair correlation, crisis": (0.6, 0.8),  # the same in the spring of 2020: 0.755
    "SPY volatility": (0.14, 0.21),  # S&P 500 since 1990: 0.18
    "AAPL volatility": (0.21, 0.31),  # as listed, a fifth either way
    "NVDA volatility": (0.37, 0.55),
    "KO volatility": (0.128, 0.195),
    "TLT volatility": (0.12, 0.18),
    "BND volatility": (0.04, 0.07),
    "PLUG volatility": (0.68, 1.02),
}
OVER_A_MONTH = {
    "SPY spread, bp": (0.15, 0.7),  # 0.6 in 2013, when one cent was that much
    "IBM spread, bp": (2.0, 3.0),  # 2–3
    "IBM spread, first half hour, bp": (4.0, 6.0),  # 5
    "AIG spread, bp": (1.6, 2.8),  # 2.1
    "BAC spread, bp": (5.5, 9.0),  # 7.2
    "BAC spread, one cent": (0.6, 1.0),  # one tick, mostly
    "overnight share of variance": (0.15, 0.45),  # about a quarter, more around quarterly figures
    "volume in the opening auction, %": (1.0, 2.0),
    "volume in the closing auction, %": (7.0, 10.0),
    "lunch shown size against the afternoon's": (0.6, 0.9),
    "pair correlation within the day, 5 minutes": (0.1, 0.6),
    "variance of the first half hour against midday's": (2.0, 8.0),
} | {
    f"volume, half hour {k + 1}, %": (share - 1.0, share + 1.0)
    for k, share in enumerate((13.8, 9.8, 7.6, 6.4, 7.1, 5.1, 4.4, 5.2, 4.5, 5.9, 4.6, 7.4, 18.2))
}


def outside(measured: Measured, bands: dict[str, tuple[float, float]]) -> dict[str, float]:
    return {what: round(measured[what], 4) for what, (low, high) in bands.items() if not low <= measured[what] <= high}


def closes(market: InventedMarket, symbol: str) -> Floats:
    """As they compare with each other, dividends and splits taken out."""
    name = IDS[symbol]
    return np.array([float(market.close(name, day) or 0) * market.adjustment(name, day, YEARS[-1]) for day in YEARS])


def pairs(returns: Floats) -> float:
    together = np.corrcoef(returns)
    count = len(returns)
    return float((together.sum() - count) / (count * (count - 1)))


def over_years(market: InventedMarket) -> Measured:
    seen: Measured = {}
    moves = {s: np.diff(np.log(closes(market, s))) for s in {*LARGE, "SPY", "TLT", "BND", "PLUG"}}
    large = np.array([moves[s] for s in LARGE])
    standard = (large - large.mean(1, keepdims=True)) / large.std(1, keepdims=True)
    seen["kurtosis, large stocks, each by its own spread"] = float((standard**4).mean())
    for lag, words in ((1, "1 day"), (20, "20 days")):
        echoes = [np.corrcoef(a[:-lag], a[lag:])[0, 1] for a in np.abs(large)]
        seen[f"autocorrelation of |returns|, {words}"] = float(np.mean(echoes))
    squares = np.convolve(moves["SPY"] ** 2, np.ones(ROLLING) / ROLLING, mode="same")
    unrest = np.sqrt(squares * 252)
    for words, days in (("calm", unrest < CALM), ("crisis", unrest > CRISIS)):
        seen[f"pair correlation, {words}"] = pairs(large[:, days]) if days.sum() > ROLLING else 0.0
    for symbol in ("SPY", "AAPL", "NVDA", "KO", "TLT", "BND", "PLUG"):
        seen[f"{symbol} volatility"] = float(moves[symbol].std() * np.sqrt(252))
    return seen


def over_a_month(market: InventedMarket) -> Measured:
    seen: Measured = {}
    halves, auctions, total = np.zeros(13), np.zeros(2), 0.0
    nights, wholes, sizes = [], [], []
    early, midday, together = [], [], []
    for symbol in CLOSELY:
        spreads, cents = [], []
        for before, day in pairwise(MONTH):
            hours = SESSIONS.hours(day)
            assert hours is not None
            name, regular = IDS[symbol], hours.stretches[1]
            seconds = market.play(name, day, Part.REGULAR).path
            gap = (seconds.ask - seconds.bid) / ((seconds.ask + seconds.bid) / 2) * 10_000
            spreads.append((gap[:1800].mean(), gap[3600:21_600].mean()))
            cents.append(float((seconds.ask - seconds.bid == path.CENT)[3600:].mean()))
            bars = market.bars(name, day, 1800)
            halves += [bar.volume for bar in bars]
            crosses = [float(market.cross(name, regular, opening).volume) for opening in (True, False)]
            auctions += crosses
            total += sum(bar.volume for bar in bars)
            close = float(market.close(name, before) or 0) * market.adjustment(name, before, day)
            nights.append(np.log(bars[0].open / close))
            wholes.append(np.log(bars[-1].close / close))
            sizes.append((seconds.bid_size[10_800:14_400].mean(), seconds.bid_size[18_000:21_600].mean()))
            minutes = np.log([bar.close for bar in market.minutes(name, day)])
            early.append(np.diff(minutes[:30]).var())
            midday.append(np.diff(minutes[150:240]).var())
            together.append(np.diff(minutes[::5]))
        seen[f"{symbol} spread, bp"] = float(np.mean([mid for _, mid in spreads]))
        seen[f"{symbol} spread, first half hour, bp"] = float(np.mean([first for first, _ in spreads]))
        seen[f"{symbol} spread, one cent"] = float(np.mean(cents))
    seen |= {f"volume, half hour {k + 1}, %": float(share) for k, share in enumerate(halves / total * 100)}
    seen["volume in the opening auction, %"], seen["volume in the closing auction, %"] = auctions / total * 100
    seen["overnight share of variance"] = float(np.square(nights).sum() / np.square(wholes).sum())
    seen["lunch shown size against the afternoon's"] = float(np.mean([a / b for a, b in sizes]))
    seen["variance of the first half hour against midday's"] = float(np.mean(early) / np.mean(midday))
    by_name = np.array(together).reshape(len(CLOSELY), -1)
    seen["pair correlation within the day, 5 minutes"] = pairs(by_name)
    return seen


def fresh() -> InventedMarket:
    return InventedMarket(seed=1, sessions=SESSIONS)


def test_years_look_like_a_market_s() -> None:
    assert outside(over_years(fresh()), OVER_YEARS) == {}


def test_a_month_looks_like_a_market_s() -> None:
    assert outside(over_a_month(fresh()), OVER_A_MONTH) == {}


def test_thin_tails_and_times_that_never_change_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    def tame(numbers: Parts) -> Floats:
        return np.ones(numbers.shape)

    monkeypatch.setattr(levels, "wildness", tame)
    monkeypatch.setattr(levels, "_SHOCK", 0.0)
    monkeypatch.setattr(levels, "MARKET_UNREST", np.ones(3))
    monkeypatch.setattr(levels, "SHARED_UNREST", np.ones(3))
    monkeypatch.setattr(levels, "OWN_UNREST", np.ones(3))
    monkeypatch.setattr(levels, "_REPORT", 0.0)
    monkeypatch.setattr(levels, "_CLOSER", 0.0)
    found = outside(over_years(fresh()), OVER_YEARS)
    assert {
        "kurtosis, large stocks, each by its own spread",
        "autocorrelation of |returns|, 1 day",
        "autocorrelation of |returns|, 20 days",
        "pair correlation, crisis",
    } <= set(found)


def test_names_that_move_alone_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(levels, "_LOADS", np.zeros_like(levels._LOADS))
    monkeypatch.setattr(levels, "_NEARER", np.zeros_like(levels._NEARER))
    found = outside(over_years(fresh()), OVER_YEARS)
    assert {"pair correlation, calm", "pair correlation, crisis", "SPY volatility"} <= set(found)


def test_a_day_without_its_shape_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shape, "HALF_HOURS", (100 / 13,) * 13)
    monkeypatch.setattr(shape, "_OPENING_SPREAD", 0.0)
    monkeypatch.setattr(shape, "_VARIANCE", (1.0,) * 13)
    monkeypatch.setattr(shape, "_SIZE", (1.0,) * 13)
    monkeypatch.setattr(path, "CLOSING", 2.0)
    shape.shape.cache_clear()
    try:
        found = set(outside(over_a_month(fresh()), OVER_A_MONTH))
    finally:
        shape.shape.cache_clear()
    assert {
        "IBM spread, first half hour, bp",
        "variance of the first half hour against midday's",
        "lunch shown size against the afternoon's",
        "volume in the closing auction, %",
        "volume, half hour 1, %",
        "volume, half hour 13, %",
    } <= found
