"""What each name on the invented market is like."""

from dataclasses import dataclass
from functools import cache
from math import fsum, sqrt
from typing import Final

from core.costs.impact import Usual
from core.domain.instrument import AssetClass, Instrument
from core.domain.money import QUANTITY_PLACES
from core.market.invented.factors import SECTORS, TRADING_DAYS, VOLATILITY, Factor
from core.market.invented.listed import FUNDS, STOCKS, Fund, Stock

LISTING: Final = "XSIM"
NOTE: Final = "INVENTED PRICES"


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """One listed name and its character. Estimates, so plain floats."""

    number: int  # its stream of chance: never reused, never renumbered
    instrument: Instrument
    price: float  # the level it wanders around
    own: float  # volatility of a year that it shares with nothing
    loads: tuple[tuple[Factor, float], ...]  # how much of each shared move it makes
    spread_bps: float  # typical, in the middle of the day; never under one tick
    volume: int  # shares on a typical day
    displayed: int  # shares typically shown at the best price
    dividends: float  # of its price, a year
    payments: int  # a year
    growth: float  # of its usual price, a year, dividends not counted
    splits_above: float | None = None  # times its price; below 1: it is a reverse split, under that
    tier: int = 1  # how far it may move before it is paused

    @property
    def reports(self) -> bool:
        """A company, with quarterly figures that move it overnight."""
        return self.instrument.asset_class is AssetClass.STOCK


MARKET_OVER_YEARS: Final = 0.177  # volatility of a year, calm, normal and bad times together
_SECTOR_AT_MOST: Final = 0.45  # of a stock's own volatility
_OWN_AT_LEAST: Final = 0.4
_GROWTH: Final = 0.04
_FAST: Final = frozenset({"AAPL", "NVDA", "AMZN", "GOOGL", "AVGO", "WMT", "XLK"})
_FAST_GROWTH: Final = 0.18
_SPLITS_ABOVE: Final = 2.2
_SHRINKS: Final = {"PLUG": (-0.5, 0.45)}
_WHOLE_SHARES_ONLY: Final = frozenset({"PLUG", "BH"})
_NOT_LENT: Final = frozenset({"PLUG", "CKX"})
_ONE_THING: Final = frozenset({"GLD", "SLV"})  # funds that do not spread over many names
_SECOND_TIER: Final = frozenset({"PLUG", "CKX", "BH", "ALDC", "BRVX", "CNDL", "DRYF", "ELMO", "FNLY", "GRVT", "HLSD"})


def _instrument(asset_class: AssetClass, number: int, symbol: str, name: str, sector: str) -> Instrument:
    fractionable = symbol not in _WHOLE_SHARES_ONLY
    return Instrument(
        id=f"xsim-{number:04d}",
        symbol=symbol,
        name=name,
        listing=LISTING,
        asset_class=asset_class,
        scale=QUANTITY_PLACES if fractionable else 0,
        fractionable=fractionable,
        shortable=symbol not in _NOT_LENT,
        sector=sector,
        diversified=asset_class is AssetClass.FUND and symbol not in _ONE_THING,
    )


def _growth(symbol: str) -> tuple[float, float | None]:
    if symbol in _SHRINKS:
        return _SHRINKS[symbol]
    return (_FAST_GROWTH, _SPLITS_ABOVE) if symbol in _FAST else (_GROWTH, None)


def _square(x: float) -> float:
    return x * x


def _stock(row: Stock) -> Name:
    number, symbol, title, sector, price, volatility, beta, spread_bps, volume, displayed, dividends = row
    of_sector = min(VOLATILITY[SECTORS[sector]], _SECTOR_AT_MOST * volatility)
    rest = _square(volatility) - _square(beta * MARKET_OVER_YEARS) - _square(of_sector)
    growth, splits_above = _growth(symbol)
    return Name(
        number=number,
        instrument=_instrument(AssetClass.STOCK, number, symbol, title, sector),
        price=price,
        own=sqrt(max(rest, _square(_OWN_AT_LEAST * volatility))),
        loads=((Factor.MARKET, beta), (SECTORS[sector], of_sector / VOLATILITY[SECTORS[sector]])),
        spread_bps=spread_bps,
        volume=volume,
        displayed=displayed,
        dividends=dividends,
        payments=4 if dividends else 0,
        growth=growth,
        splits_above=splits_above,
        tier=2 if symbol in _SECOND_TIER else 1,
    )


def _fund(row: Fund) -> Name:
    number, symbol, title, sector, price, made_of, own, spread_bps, volume, displayed, dividends = row
    growth, splits_above = _growth(symbol) if Factor.MARKET in made_of else (0.0, None)
    return Name(
        number=number,
        instrument=_instrument(AssetClass.FUND, number, symbol, title, sector),
        price=price,
        own=own,
        loads=tuple(made_of.items()),
        spread_bps=spread_bps,
        volume=volume,
        displayed=displayed,
        dividends=dividends,
        payments=(12 if sector == "Bonds" else 4) if dividends else 0,
        growth=0.0 if sector == "Bonds" else growth,
        splits_above=splits_above,
    )


NAMES: Final = (*(_stock(row) for row in STOCKS), *(_fund(row) for row in FUNDS))


@cache
def by_id() -> dict[str, Name]:
    """Names by instrument id."""
    return {name.instrument.id: name for name in NAMES}


@cache
def usual_days() -> dict[str, Usual]:
    """How each name trades on a usual day, by instrument id."""
    return {i: Usual(volume=float(name.volume), daily=_daily(name)) for i, name in by_id().items()}


def _daily(name: Name) -> float:
    shared = fsum(_square(load * VOLATILITY[factor]) for factor, load in name.loads)
    return sqrt((_square(name.own) + shared) / TRADING_DAYS)
