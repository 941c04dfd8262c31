"""The list itself: what is traded on the invented market, one line a name. Numbers and ids are for ever."""

from typing import Final

from core.market.invented.factors import Factor

TECHNOLOGY: Final = "Information technology"
CONSUMER: Final = "Consumer discretionary"
STAPLES: Final = "Consumer staples"
FINANCIALS: Final = "Financials"
HEALTH: Final = "Health care"
COMMUNICATION: Final = "Communication services"
ENERGY: Final = "Energy"
INDUSTRIALS: Final = "Industrials"
MATERIALS: Final = "Materials"
UTILITIES: Final = "Utilities"
REAL_ESTATE: Final = "Real estate"

Stock = tuple[int, str, str, str, float, float, float, float, int, int, float]
Fund = tuple[int, str, str, str, float, dict[Factor, float], float, float, int, int, float]

# number, symbol, name, sector, price, volatility of a year, beta, spread in basis points, volume, displayed, yield
STOCKS: Final[tuple[Stock, ...]] = (
    (1, "AAPL", "Apple", TECHNOLOGY, 230.0, 0.26, 1.1, 0.6, 52_000_000, 500, 0.005),
    (2, "MSFT", "Microsoft", TECHNOLOGY, 430.0, 0.24, 1.0, 0.7, 21_000_000, 200, 0.008),
    (3, "NVDA", "NVIDIA", TECHNOLOGY, 140.0, 0.46, 1.7, 0.9, 210_000_000, 1200, 0.0003),
    (4, "AMZN", "Amazon.com", CONSUMER, 200.0, 0.31, 1.2, 0.7, 40_000_000, 400, 0.0),
    (5, "GOOGL", "Alphabet", COMMUNICATION, 175.0, 0.28, 1.1, 0.7, 26_000_000, 400, 0.004),
    (6, "JPM", "JPMorgan Chase", FINANCIALS, 240.0, 0.24, 1.0, 1.2, 9_000_000, 200, 0.021),
    (7, "XOM", "Exxon Mobil", ENERGY, 115.0, 0.26, 0.8, 1.0, 15_000_000, 500, 0.034),
    (8, "UNH", "UnitedHealth Group", HEALTH, 500.0, 0.30, 0.7, 3.0, 4_500_000, 100, 0.016),
    (9, "JNJ", "Johnson & Johnson", HEALTH, 155.0, 0.17, 0.5, 1.2, 8_000_000, 300, 0.032),
    (10, "PG", "Procter & Gamble", STAPLES, 170.0, 0.17, 0.5, 1.2, 7_000_000, 300, 0.024),
    (11, "KO", "Coca-Cola", STAPLES, 64.0, 0.16, 0.5, 1.6, 14_000_000, 1500, 0.030),
    (12, "COST", "Costco", STAPLES, 920.0, 0.21, 0.8, 4.0, 1_900_000, 100, 0.005),
    (13, "BRK.B", "Berkshire Hathaway class B", FINANCIALS, 460.0, 0.18, 0.8, 1.5, 4_000_000, 200, 0.0),
    (14, "F", "Ford Motor", CONSUMER, 11.0, 0.36, 1.2, 9.0, 55_000_000, 15_000, 0.050),
    (15, "PLUG", "Plug Power", INDUSTRIALS, 0.42, 0.85, 1.6, 18.0, 60_000_000, 5_000, 0.0),
    (16, "CKX", "CKX Lands", REAL_ESTATE, 12.5, 0.40, 0.2, 140.0, 9_000, 200, 0.0),
    (17, "BH", "Biglari Holdings", CONSUMER, 230.0, 0.38, 0.8, 35.0, 28_000, 100, 0.0),
    (25, "AVGO", "Broadcom", TECHNOLOGY, 170.0, 0.38, 1.4, 1.2, 24_000_000, 300, 0.012),
    (26, "IBM", "International Business Machines", TECHNOLOGY, 220.0, 0.22, 0.8, 2.4, 4_000_000, 200, 0.030),
    (27, "HD", "Home Depot", CONSUMER, 390.0, 0.24, 1.0, 2.2, 3_300_000, 100, 0.023),
    (28, "NKE", "Nike", CONSUMER, 76.0, 0.30, 1.0, 1.6, 11_000_000, 400, 0.020),
    (29, "META", "Meta Platforms", COMMUNICATION, 560.0, 0.34, 1.3, 1.2, 13_000_000, 100, 0.004),
    (30, "DIS", "Walt Disney", COMMUNICATION, 100.0, 0.27, 1.1, 1.2, 10_000_000, 400, 0.010),
    (31, "T", "AT&T", COMMUNICATION, 22.0, 0.22, 0.6, 4.5, 33_000_000, 9000, 0.050),
    (32, "BAC", "Bank of America", FINANCIALS, 14.0, 0.28, 1.2, 7.2, 90_000_000, 18_000, 0.024),
    (33, "AIG", "American International Group", FINANCIALS, 75.0, 0.26, 1.0, 2.1, 5_000_000, 400, 0.021),
    (34, "CVX", "Chevron", ENERGY, 155.0, 0.25, 0.8, 1.2, 8_000_000, 300, 0.042),
    (35, "COP", "ConocoPhillips", ENERGY, 110.0, 0.30, 0.9, 1.6, 6_000_000, 300, 0.028),
    (36, "SLB", "Schlumberger", ENERGY, 43.0, 0.34, 1.0, 2.4, 12_000_000, 900, 0.025),
    (37, "PFE", "Pfizer", HEALTH, 28.0, 0.22, 0.6, 3.6, 38_000_000, 6000, 0.058),
    (38, "LLY", "Eli Lilly", HEALTH, 800.0, 0.30, 0.6, 4.0, 3_200_000, 100, 0.007),
    (39, "WMT", "Walmart", STAPLES, 80.0, 0.19, 0.6, 1.3, 16_000_000, 700, 0.011),
    (40, "CAT", "Caterpillar", INDUSTRIALS, 370.0, 0.28, 1.1, 2.6, 2_700_000, 100, 0.015),
    (41, "BA", "Boeing", INDUSTRIALS, 160.0, 0.36, 1.2, 2.2, 9_000_000, 200, 0.0),
    (42, "UPS", "United Parcel Service", INDUSTRIALS, 130.0, 0.26, 0.9, 2.0, 4_500_000, 200, 0.048),
    (43, "PLD", "Prologis", REAL_ESTATE, 115.0, 0.27, 1.1, 2.0, 3_700_000, 200, 0.033),
    (44, "O", "Realty Income", REAL_ESTATE, 57.0, 0.20, 0.7, 1.9, 5_200_000, 600, 0.055),
    (45, "LIN", "Linde", MATERIALS, 460.0, 0.20, 0.8, 3.2, 1_900_000, 100, 0.012),
    (46, "FCX", "Freeport-McMoRan", MATERIALS, 46.0, 0.40, 1.4, 2.4, 13_000_000, 900, 0.013),
    (47, "NEM", "Newmont", MATERIALS, 43.0, 0.36, 0.4, 2.4, 9_000_000, 800, 0.023),
    (48, "NEE", "NextEra Energy", UTILITIES, 75.0, 0.24, 0.6, 1.6, 10_000_000, 500, 0.027),
    (49, "DUK", "Duke Energy", UTILITIES, 112.0, 0.18, 0.5, 1.6, 3_000_000, 300, 0.037),
    (50, "SO", "Southern Company", UTILITIES, 88.0, 0.18, 0.5, 1.6, 4_000_000, 400, 0.033),
    # small companies that never were: each is bought one day, see events.py
    (61, "ALDC", "Alder Creek Bancorp", FINANCIALS, 24.0, 0.34, 0.9, 18.0, 260_000, 300, 0.020),
    (62, "BRVX", "Bravex Medical", HEALTH, 31.0, 0.42, 1.0, 16.0, 420_000, 300, 0.0),
    (63, "CNDL", "Candle Peak Energy", ENERGY, 17.0, 0.44, 1.1, 20.0, 380_000, 400, 0.012),
    (64, "DRYF", "Dryfork Rail", INDUSTRIALS, 46.0, 0.32, 1.0, 18.0, 190_000, 200, 0.015),
    (65, "ELMO", "Elmont Foods", STAPLES, 28.0, 0.30, 0.6, 17.0, 240_000, 300, 0.022),
    (66, "FNLY", "Finley Software", TECHNOLOGY, 38.0, 0.46, 1.3, 14.0, 520_000, 300, 0.0),
    (67, "GRVT", "Gravette Stone", MATERIALS, 21.0, 0.36, 1.0, 20.0, 210_000, 300, 0.010),
    (68, "HLSD", "Hillside Homes", CONSUMER, 34.0, 0.40, 1.2, 16.0, 340_000, 300, 0.008),
)

# number, symbol, name, sector, price, what it is made of, own noise of a year, spread, volume, displayed, yield
FUNDS: Final[tuple[Fund, ...]] = (
    (18, "SPY", "SPDR S&P 500 ETF", "Broad equity", 590.0, {Factor.MARKET: 1.0}, 0.005, 0.3, 58_000_000, 800, 0.013),
    (
        *(19, "QQQ", "Invesco QQQ", "Broad equity", 510.0),
        *(
            {Factor.MARKET: 1.1, Factor.TECHNOLOGY: 0.6, Factor.COMMUNICATION: 0.2, Factor.CONSUMER: 0.2},
            0.01,
            0.4,
            36_000_000,
            600,
            0.006,
        ),
    ),
    (
        *(20, "VTI", "Vanguard Total Stock Market ETF", "Broad equity", 290.0),
        *({Factor.MARKET: 1.0, Factor.SMALL: 0.12}, 0.005, 0.5, 3_300_000, 600, 0.013),
    ),
    (
        *(21, "VXUS", "Vanguard Total International Stock ETF", "Broad equity", 62.0),
        *({Factor.MARKET: 0.75, Factor.ABROAD: 1.0}, 0.01, 1.6, 3_500_000, 3000, 0.030),
    ),
    (
        *(22, "BND", "Vanguard Total Bond Market ETF", "Bonds", 73.0),
        *({Factor.RATES: 0.35, Factor.MARKET: 0.02}, 0.01, 1.4, 6_000_000, 6000, 0.036),
    ),
    (
        *(23, "TLT", "iShares 20+ Year Treasury Bond ETF", "Bonds", 90.0),
        *({Factor.RATES: 1.0, Factor.MARKET: -0.12}, 0.01, 1.1, 38_000_000, 8000, 0.042),
    ),
    (
        24,
        "GLD",
        "SPDR Gold Shares",
        "Gold",
        245.0,
        {Factor.GOLD: 1.0, Factor.MARKET: 0.05},
        0.01,
        0.6,
        8_000_000,
        600,
        0.0,
    ),
    (
        *(51, "XLK", "Technology Select Sector SPDR", TECHNOLOGY, 230.0),
        *({Factor.MARKET: 1.15, Factor.TECHNOLOGY: 1.0}, 0.01, 0.6, 5_500_000, 500, 0.007),
    ),
    (
        *(52, "XLF", "Financial Select Sector SPDR", FINANCIALS, 47.0),
        *({Factor.MARKET: 1.0, Factor.FINANCIALS: 1.0}, 0.01, 2.1, 38_000_000, 9000, 0.015),
    ),
    (
        *(53, "XLE", "Energy Select Sector SPDR", ENERGY, 90.0),
        *({Factor.MARKET: 0.9, Factor.ENERGY: 1.0}, 0.015, 1.1, 15_000_000, 2000, 0.032),
    ),
    (
        *(54, "XLV", "Health Care Select Sector SPDR", HEALTH, 145.0),
        *({Factor.MARKET: 0.7, Factor.HEALTH: 1.0}, 0.01, 0.7, 8_000_000, 1200, 0.015),
    ),
    (
        *(55, "XLU", "Utilities Select Sector SPDR", UTILITIES, 78.0),
        *({Factor.MARKET: 0.5, Factor.UTILITIES: 1.0}, 0.01, 1.3, 11_000_000, 2500, 0.029),
    ),
    (
        *(56, "IWM", "iShares Russell 2000 ETF", "Broad equity", 225.0),
        *({Factor.MARKET: 1.15, Factor.SMALL: 1.0}, 0.01, 0.5, 29_000_000, 700, 0.012),
    ),
    (
        *(57, "EFA", "iShares MSCI EAFE ETF", "Broad equity", 79.0),
        *({Factor.MARKET: 0.75, Factor.ABROAD: 0.9}, 0.015, 1.3, 15_000_000, 5000, 0.028),
    ),
    (
        *(58, "EEM", "iShares MSCI Emerging Markets ETF", "Broad equity", 43.0),
        *({Factor.MARKET: 0.8, Factor.ABROAD: 1.1}, 0.06, 2.3, 28_000_000, 9000, 0.025),
    ),
    (
        *(59, "LQD", "iShares Investment Grade Corporate Bond ETF", "Bonds", 109.0),
        *({Factor.RATES: 0.5, Factor.MARKET: 0.08}, 0.01, 0.9, 25_000_000, 3000, 0.044),
    ),
    (
        60,
        "SLV",
        "iShares Silver Trust",
        "Silver",
        28.0,
        {Factor.GOLD: 1.6, Factor.MARKET: 0.2},
        0.12,
        3.6,
        19_000_000,
        9000,
        0.0,
    ),
)
