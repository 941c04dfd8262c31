"""What moves many names at once: the market, the sectors, and what bonds, gold and other funds hang on."""

from enum import IntEnum
from typing import Final

TRADING_DAYS: Final = 252


class Factor(IntEnum):
    """Its place in every table and its stream of chance: never reused, never renumbered."""

    MARKET = 0
    TECHNOLOGY = 1
    CONSUMER = 2
    STAPLES = 3
    FINANCIALS = 4
    HEALTH = 5
    COMMUNICATION = 6
    ENERGY = 7
    INDUSTRIALS = 8
    MATERIALS = 9
    UTILITIES = 10
    REAL_ESTATE = 11
    SMALL = 12
    ABROAD = 13
    RATES = 14
    GOLD = 15


# of a year, over many years
VOLATILITY: Final = {
    Factor.MARKET: 0.15,  # while the market is in its normal state: crises come on top
    Factor.TECHNOLOGY: 0.08,
    Factor.CONSUMER: 0.07,
    Factor.STAPLES: 0.06,
    Factor.FINANCIALS: 0.08,
    Factor.HEALTH: 0.07,
    Factor.COMMUNICATION: 0.08,
    Factor.ENERGY: 0.14,
    Factor.INDUSTRIALS: 0.06,
    Factor.MATERIALS: 0.09,
    Factor.UTILITIES: 0.09,
    Factor.REAL_ESTATE: 0.09,
    Factor.SMALL: 0.08,
    Factor.ABROAD: 0.09,
    Factor.RATES: 0.14,
    Factor.GOLD: 0.14,
}
SECTORS: Final = {
    "Information technology": Factor.TECHNOLOGY,
    "Consumer discretionary": Factor.CONSUMER,
    "Consumer staples": Factor.STAPLES,
    "Financials": Factor.FINANCIALS,
    "Health care": Factor.HEALTH,
    "Communication services": Factor.COMMUNICATION,
    "Energy": Factor.ENERGY,
    "Industrials": Factor.INDUSTRIALS,
    "Materials": Factor.MATERIALS,
    "Utilities": Factor.UTILITIES,
    "Real estate": Factor.REAL_ESTATE,
}
