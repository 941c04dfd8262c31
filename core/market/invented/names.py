"""What can be traded on the invented market, and what each name is like."""

from dataclasses import dataclass
from functools import cache
from typing import Final

from core.domain.instrument import AssetClass, Instrument
from core.domain.money import QUANTITY_PLACES

LISTING: Final = "XSIM"
NOTE: Final = "INVENTED PRICES"


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """One listed name and its character. Estimates, so plain floats."""

    number: int  # its stream of chance: never reused, never renumbered
    instrument: Instrument
    price: float  # the level it wanders around
    volatility: float  # of a year
    beta: float  # how much of the market's daily move it shares
    spread_bps: float  # typical, in the middle of the day; never under one tick
    volume: int  # shares on a typical day
    displayed: int  # shares typically shown at the best price


TECHNOLOGY: Final = "Information technology"
CONSUMER: Final = "Consumer discretionary"
STAPLES: Final = "Consumer staples"
FINANCIALS: Final = "Financials"
HEALTH: Final = "Health care"

# number, symbol, name, sector, price, volatility of a year, beta, spread in basis points, volume, displayed
_STOCKS: Final = (
    (1, "AAPL", "Apple", TECHNOLOGY, 230.0, 0.26, 1.1, 0.6, 52_000_000, 500),
    (2, "MSFT", "Microsoft", TECHNOLOGY, 430.0, 0.24, 1.0, 0.7, 21_000_000, 200),
    (3, "NVDA", "NVIDIA", TECHNOLOGY, 140.0, 0.46, 1.7, 0.9, 210_000_000, 1200),
    (4, "AMZN", "Amazon.com", CONSUMER, 200.0, 0.31, 1.2, 0.7, 40_000_000, 400),
    (5, "GOOGL", "Alphabet", "Communication services", 175.0, 0.28, 1.1, 0.7, 26_000_000, 400),
    (6, "JPM", "JPMorgan Chase", FINANCIALS, 240.0, 0.24, 1.0, 1.2, 9_000_000, 200),
    (7, "XOM", "Exxon Mobil", "Energy", 115.0, 0.26, 0.8, 1.0, 15_000_000, 500),
    (8, "UNH", "UnitedHealth Group", HEALTH, 500.0, 0.30, 0.6, 3.0, 4_500_000, 100),
    (9, "JNJ", "Johnson & Johnson", HEALTH, 155.0, 0.16, 0.4, 1.2, 8_000_000, 300),
    (10, "PG", "Procter & Gamble", STAPLES, 170.0, 0.16, 0.4, 1.2, 7_000_000, 300),
    (11, "KO", "Coca-Cola", STAPLES, 64.0, 0.15, 0.4, 1.6, 14_000_000, 1500),
    (12, "COST", "Costco", STAPLES, 920.0, 0.21, 0.8, 4.0, 1_900_000, 100),
    (13, "BRK.B", "Berkshire Hathaway class B", FINANCIALS, 460.0, 0.17, 0.7, 1.5, 4_000_000, 200),
    (14, "F", "Ford Motor", CONSUMER, 11.0, 0.36, 1.2, 9.0, 55_000_000, 15_000),
    (15, "PLUG", "Plug Power", "Industrials", 0.42, 0.85, 1.6, 18.0, 60_000_000, 5_000),
    (16, "CKX", "CKX Lands", "Real estate", 12.5, 0.40, 0.2, 140.0, 9_000, 200),
    (17, "BH", "Biglari Holdings", CONSUMER, 230.0, 0.38, 0.8, 35.0, 28_000, 100),
)
_FUNDS: Final = (
    (18, "SPY", "SPDR S&P 500 ETF", "Broad equity", 590.0, 0.16, 1.0, 0.3, 58_000_000, 800),
    (19, "QQQ", "Invesco QQQ", "Broad equity", 510.0, 0.21, 1.2, 0.4, 36_000_000, 600),
    (20, "VTI", "Vanguard Total Stock Market ETF", "Broad equity", 290.0, 0.16, 1.0, 0.5, 3_300_000, 600),
    (21, "VXUS", "Vanguard Total International Stock ETF", "Broad equity", 62.0, 0.15, 0.8, 1.6, 3_500_000, 3000),
    (22, "BND", "Vanguard Total Bond Market ETF", "Bonds", 73.0, 0.06, 0.05, 1.4, 6_000_000, 6000),
    (23, "TLT", "iShares 20+ Year Treasury Bond ETF", "Bonds", 90.0, 0.15, -0.1, 1.1, 38_000_000, 8000),
    (24, "GLD", "SPDR Gold Shares", "Gold", 245.0, 0.15, 0.05, 0.6, 8_000_000, 600),
)
_WHOLE_SHARES_ONLY: Final = frozenset({"PLUG", "BH"})
_NOT_LENT: Final = frozenset({"PLUG", "CKX"})
_ONE_THING: Final = frozenset({"GLD"})  # funds that do not spread over many names


def _named(asset_class: AssetClass, row: tuple[int, str, str, str, float, float, float, float, int, int]) -> Name:
    number, symbol, name, sector, price, volatility, beta, spread_bps, volume, displayed = row
    fractionable = symbol not in _WHOLE_SHARES_ONLY
    return Name(
        number=number,
        instrument=Instrument(
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
        ),
        price=price,
        volatility=volatility,
        beta=beta,
        spread_bps=spread_bps,
        volume=volume,
        displayed=displayed,
    )


NAMES: Final = (
    *(_named(AssetClass.STOCK, row) for row in _STOCKS),
    *(_named(AssetClass.FUND, row) for row in _FUNDS),
)


@cache
def by_id() -> dict[str, Name]:
    """Names by instrument id."""
    return {name.instrument.id: name for name in NAMES}
