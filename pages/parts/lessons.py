"""Short lessons on risk: the words, and for each an example from days of prices."""

from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

import streamlit as st

from pages.parts import growth
from pages.parts.marks import mini, rows
from pages.parts.words import day, money, percent, price
from pages.parts.worked import below_highest, best_of_many, borrowed, deepest_fall, widest_gap

BROAD: Final = ("SPY", "VTI")
LIVELY: Final = ("NVDA", "AAPL", "MSFT")
SHARES: Final = 100
STOP: Final = 0.03

Days = Sequence[dict[str, Any]]


class Lesson(NamedTuple):
    """What it is called, what it says, the names its example may take, and the example."""

    title: str
    words: str
    names: tuple[str, ...]
    example: Callable[[str, Days], None]


def fall(symbol: str, days: Days) -> None:
    found = deepest_fall(days)
    rows(
        [
            ("Highest close, USD", price(found.high["close"]), day(found.high["at"])),
            ("Lowest close after it, USD", price(found.low["close"]), day(found.low["at"])),
            ("Fall", percent(found.share), "lowest ÷ highest − 1"),
            ("Rise that makes up for it", percent(found.back), "highest ÷ lowest − 1"),
        ]
    )
    depths = below_highest(days)
    growth.falls([{"day": one["at"].date(), "drawdown": depth} for one, depth in zip(days, depths, strict=True)])


def leverage(symbol: str, days: Days) -> None:
    heads = (
        ("Invested", "strong"),
        ("Own money now", "r signed"),
        ("At its worst", "r signed"),
        ("Nothing is left after a fall of", "r"),
    )
    lines = []
    for times in (1, 2, 4):
        told = borrowed(days, times)
        left = "Nothing was left" if told.gone else percent(told.result)
        lines.append([f"{times} × own money", left, percent(told.worst), percent(-1 / times)])
    mini("With borrowed money", heads, lines)
    st.caption(
        f"{symbol} bought on {day(days[0]['at'])} and held, interest left out. A broker sells before nothing is left."
    )


def gap(symbol: str, days: Days) -> None:
    found = widest_gap(days)
    close, opened = found.before["close"], found.day["open"]
    below = min(STOP, -found.share / 2)  # so near that the gap goes past it
    stop = close * (1 - below)
    filled = min(stop, opened)
    rows(
        [
            ("Close, USD", price(close), day(found.before["at"])),
            ("Next opening, USD", price(opened), f"{percent(found.share)}, {day(found.day['at'])}"),
            (
                f"A stop {percent(below, plus=False, places=1)} under the close, USD",
                price(stop),
                "what it looked like the evening before",
            ),
            ("Filled near, USD", price(filled), "a stop becomes a market order: it takes what is there"),
            (
                f"Lost on {SHARES} shares, USD",
                money(SHARES * (filled - close)),
                f"planned: {money(SHARES * (stop - close))}",
            ),
        ]
    )


def wash(symbol: str, days: Days) -> None:
    found = deepest_fall(days)
    place = next(number for number, one in enumerate(days) if one["at"] == found.low["at"])
    again = days[min(place + 10, len(days) - 1)]
    lost = SHARES * (found.high["close"] - found.low["close"])
    cost = SHARES * again["close"]
    rows(
        [
            (f"Bought {SHARES}, USD", money(SHARES * found.high["close"]), day(found.high["at"])),
            (f"Sold {SHARES}, USD", money(SHARES * found.low["close"]), day(found.low["at"])),
            ("Loss, USD", money(-lost), "what the books say"),
            (f"Bought {SHARES} again, USD", money(cost), f"{day(again['at'])}, within 30 days"),
            ("Loss that counts for tax now, USD", money(0), "all of it is put off"),
            ("Cost of the new shares for tax, USD", money(cost + lost), "paid + the loss that was put off"),
        ]
    )


def backtest(symbol: str, days: Days) -> None:
    told = best_of_many(days)
    heads = (("", "strong"), ("First half", "r signed"), ("Second half", "r signed"))
    lines = [
        [f"Best of {told.rules} rules: {told.short} above {told.long} days", percent(told.then), percent(told.later)],
        ["Simply held", percent(told.held_then), percent(told.held_later)],
    ]
    mini("A rule that was chosen afterwards", heads, lines)
    st.caption(
        f"{symbol}, {len(days)} sessions, no costs. Each rule is in while one average is above the other. The one that was best "
        f"in the first half took place {told.place} of {told.rules} in the second."
    )


LESSONS: Final = {
    "drawdown": Lesson(
        "Drawdown",
        "A drawdown is how far an account is below its highest value. It is what a person has to sit through, and it is "
        "lopsided: what fell by half has to double. So the depth of the worst stretch decides, more than the average gain, "
        "whether somebody stays. Before you buy, ask which fall you would hold; set the limit for it while you are calm.",
        LIVELY,
        fall,
    ),
    "leverage": Lesson(
        "Leverage",
        "With borrowed money every move counts several times, and the debt does not shrink when prices do. Two times invested, "
        "a fall by half leaves nothing; four times, a fall by a quarter. Long before that the broker asks for more and then "
        "sells, at the worst moment, because that is when it asks. What recovers afterwards recovers without you.",
        LIVELY,
        leverage,
    ),
    "gaps": Lesson(
        "Stops in gaps",
        "A stop waits for a price to be touched and then sells at the market. Prices do not pass through every level: after "
        "figures, overnight or after a pause they go on elsewhere, and the stop fills there. A stop says when you want out, "
        "not what you get. Only the size of a position limits what a gap can cost.",
        LIVELY,
        gap,
    ),
    "wash": Lesson(
        "Wash sales",
        "In the United States a loss does not count for tax now when the same name is bought within 30 days before or after the "
        "sale. It is not lost: it is added to the cost of the new shares. Selling in December and buying back in January "
        "therefore moves a loss, it does not use it. This desk books gains and losses as they are made and does not work out "
        "wash sales; your broker's tax form does. Other countries have other rules.",
        ("KO", "AAPL", "MSFT"),
        wash,
    ),
    "backtests": Lesson(
        "Why backtests lie",
        "Try enough rules on one stretch of prices and one of them looks clever. It was not found, it was chosen: the past had "
        "a favourite, and you asked who it was. The same rule on days it was not chosen on is the only test, and one of many "
        "such tests will look good by chance, too. Costs, prices you could not have had and names that have vanished since "
        "make it worse.",
        BROAD,
        backtest,
    ),
}
