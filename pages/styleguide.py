"""Every part of the window in every state, for who builds it: an address and no entry in the menu; it asks the desk nothing."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

import pyarrow as pa
import streamlit as st

from core.channel.facets.performance import Measure, Unit
from core.domain.quote import Quote
from core.domain.verdict import Outcome, Verdict
from pages.parts import chart, grid, growth, halt, marks, measure, table
from pages.parts.display import PAIRS
from pages.parts.download import download
from pages.parts.look import colours
from pages.parts.veil import COVER
from pages.parts.words import MISSING, age, change, clock, day, decimals, money, percent, price, quantity

NOW: Final = datetime(2026, 11, 20, 19, 32, 7, tzinfo=UTC)
SIGNED: Final = (Decimal("7412.10"), Decimal("-38.25"), Decimal(0), None)
WEIGHTS: Final = {
    "red": ("Trading is stopped.", "2 orders are still open at the broker. Why: pressed in the window."),
    "amber": ("Not confirmed by the broker, 48 s.", "It may be there, it may not. Nothing is sent twice."),
    "blue": ("This changes an order.", "It stays as it is until you confirm the new one."),
    "grey": ("This workspace can only be read.", "It was copied from another machine."),
}
BADGES: Final = {"grey": "Filled", "blue": "Working", "amber": "Not confirmed by the broker", "red": "Rejected"}
COLUMNS: Final = {
    "symbol": table.Column(head="Symbol", width=70, form="strong"),
    "quantity": table.number("Quantity", 76, quantity),
    "last": table.number("Last, USD", 84, price),
    "today": table.number("Today, USD", 100, change, "signed", "Since the close before."),
    "sector": table.Column(head="Sector", width=128, form="quiet", named=True),
}
HOWS: Final = {"Gain, USD": "End − start, since the first of them."}
HEADS: Final = (("Symbol", "strong"), ("Quantity", "r"), ("Gain, USD", "r signed"), ("Note", "quiet wide"))


def numbers() -> None:
    marks.section(
        "Numbers", "fixed decimals, true minus, sign and arrow, nothing for zero, a dash for what is not there"
    )
    marks.figures(
        [
            (f"Gain, USD ({word})", change(value), percent(Decimal("0.0113")), "End − start, since the first of them.")
            for word, value in zip(("up", "down", "none", "missing"), SIGNED, strict=True)
        ]
    )
    marks.rows(
        [
            ("Money", money(Decimal("49367.37")), "2 decimals"),
            ("Price below one", price(Decimal("0.1234")), "by its tick"),
            ("Quantity", quantity(Decimal("12.500")), "without trailing zeros"),
            ("Cost", f"{decimals(Decimal('3.94'), places=1)} bps", ""),
            ("Time, ET", clock(NOW), day(NOW)),
        ]
    )
    marks.rows([("Unrealised, USD", change(value), "") for value in SIGNED], signed=True)
    grid.figures(
        [("With a tooltip", grid.Cell(money(Decimal(1234)), "point at it", "How it is worked out.", signed=True))]
    )
    measures = [
        Measure(key="return", label="Return", unit=Unit.SHARE, formula="End over start − 1.", estimate=-0.0123),
        Measure(key="gain", label="Gain", unit=Unit.MONEY, formula="End − start.", exact=Decimal("7412.10")),
        Measure(key="sharpe", label="Sharpe", unit=Unit.RATIO, formula="Needs 30 sessions.", words="too few sessions"),
    ]
    measure.figures(measures, "Since 1 Nov 2026.", "USD")
    measure.rows(measures, "Since 1 Nov 2026.", "USD")


def pairs() -> None:
    marks.section("Gain and loss", "chosen under Display at the foot of the menu")
    for place, (pair, words) in enumerate(PAIRS.items()):
        own = colours(dark=st.context.theme.type == "dark", chosen=pair)
        with st.container(key=f"pair-{place}"):
            st.html(f"<style>.st-key-pair-{place}{{--gain:{own['gain']};--loss:{own['loss']}}}</style>")
            marks.rows([(words, change(value), "") for value in SIGNED[:2]], signed=True)


def hidden() -> None:
    marks.section("Amounts hidden", "percentages and prices stay")
    marks.mini(
        "Amounts hidden",
        HEADS,
        [["NVDA", COVER, COVER, f"{percent(Decimal('0.089'), plus=False)} of the account"]],
        HOWS,
    )


def tables() -> None:
    marks.section("Tables", "big: sorted and selected; small: only read")
    rows: list[dict[str, Any]] = [
        {
            "symbol": f"NAME{place}",
            "quantity": Decimal(place),
            "last": Decimal("182.47"),
            "today": value,
            "sector": "Technology",
        }
        for place, value in enumerate(SIGNED)
    ]
    table.show(rows, COLUMNS, key="styleguide", ids="symbol", name="A big table", most=4, mode="single-row")
    lines = [["NVDA", quantity(40), change(value), "A remark that may be long"] for value in SIGNED]
    marks.mini("A small table", HEADS, lines, HOWS)
    heads = (grid.Head("", form="strong"), grid.Head("Far touch, USD", "Paid − ask."))
    grid.grid(
        "With tooltips", heads, [[grid.Cell("NVDA"), grid.Cell(money(Decimal("-1.20")), "−0.4 bps", "Paid − ask.")]]
    )
    download("Download", lambda: "symbol\nNVDA\n", "styleguide.csv", "text/csv", key="styleguide:csv")


def states() -> None:
    marks.section("Banners", "the worst one of a page stands in full")
    for weight, (title, detail) in WEIGHTS.items():
        marks.banner(weight, title, detail)
    marks.section("Badges", "one for what needs a person, by weight")
    for weight, state in BADGES.items():
        marks.needs("Buy 40 NVDA at limit 182.50", weight, state, f"Order 20261120-000101 · {age(48)}")
    marks.section("Empty")
    marks.empty("No open orders.", "Orders you place show here until they are filled or cancelled.")
    marks.section("A price that stands still, and one that is old")
    halt.say("NVDA", quote())
    st.html(
        f"<div class='qd-quote'><b>{price(quote().last)}</b><span class='warn'>{age(48)} old, stale: not to be traded on</span></div>"
    )
    marks.section("Checks")
    marks.checks(
        [Verdict(check="R21", outcome=o, title="Share of the account", inputs="11.61%", limit="25%") for o in Outcome]
    )
    marks.section("Time line")
    at = clock(NOW)
    marks.timeline(
        [("", at, "Asked", "passed 18 checks"), ("warn", at, "No answer", ""), ("open", "Now", "Looked up", "")]
    )


def quote() -> Quote:
    two = Decimal(2)
    return Quote(
        instrument_id="i-NVDA",
        bid=Decimal("182.46"),
        ask=Decimal("182.48"),
        bid_size=two,
        ask_size=two,
        last=Decimal("182.47"),
        at=NOW,
        received=NOW,
        feed="invented",
        halted="The exchange lets nobody trade it until 14:40.",
    )


def charts() -> None:
    marks.section("Charts", "ink is ours, dashed is what it is held against")
    steps = [{"at": NOW + timedelta(minutes=n), "open": 100.0 + n, "close": 100.5 + n * 0.8} for n in range(12)]
    bars = [{**step, "low": 99.0 + n, "high": 102.0 + n, "volume": 10.0 + n} for n, step in enumerate(steps)]
    chart.candles("NVDA", pa.Table.from_pylist(bars))
    days = [
        {
            "day": (NOW + timedelta(days=n)).date(),
            "growth": n / 100,
            "benchmark": n / 200,
            "drawdown": -((n * 3) % 4) / 100,
        }
        for n in range(12)
    ]
    growth.curve(days, "Total market")
    growth.falls(days)
    growth.legend([("Ours", percent(Decimal("0.11")), "solid"), (f"Missing {MISSING}", "", "dashed")])


marks.head("Style guide")
left, right = st.columns(2, gap="large")
with left:
    numbers()
    pairs()
    hidden()
    tables()
with right:
    states()
charts()
