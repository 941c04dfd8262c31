"""The report of a crash day: on the page, as a file to print, and as a table."""

import csv
from collections.abc import Iterator, Sequence
from html import escape
from io import StringIO
from typing import Final

import streamlit as st

from core.channel.facets.crash_day import CrashReport, HeldBack, StopOutcome
from core.domain.money import ZERO
from pages.parts.download import download
from pages.parts.marks import empty, figures, mini, rows, section, timeline
from pages.parts.veil import veil
from pages.parts.words import MISSING, clock, day, money, percent, plain, plural, price, quantity

Table = tuple[str, Sequence[tuple[str, str]], list[list[str]]]  # title, heads with their form, lines
STOPS: Final = (
    ("Stop", "strong"),
    ("Time, ET", "quiet"),
    ("Shares", "r"),
    ("Stop price", "r"),
    ("Filled at", "r"),
    ("Close", "r"),
    ("Saved at the close", "r signed"),
    ("Saved at the worst after", "r signed"),
)
COSTS: Final = (
    ("Stop", "strong"),
    ("Against its stop price", "r"),
    ("Against the middle", "r"),
    ("Fees", "r"),
    ("Missed at the close", "r"),
    ("Missed at the best after", "r"),
)
HOW_BEFORE: Final = "Cash + what was held at its prices, at the close before."
HOW_WORST: Final = (
    "The lowest value of the account from the close before to the end of what is told here; below, that − value before."
)
HOW_AFTER: Final = "Cash + what was held at its prices, at the end of what is told here; below, that − value before."
HOWS: Final = {
    "Saved at the close": "Shares × (filled at − price at the end), less fees; of a short position the other way round.",
    "Saved at the worst after": "Shares × (filled at − worst price from the fill to the end), less fees.",
    "Against its stop price": "Shares × (stop price − filled at).",
    "Against the middle": "Shares × (middle of the market in the seconds it filled − filled at).",
    "Fees": "As charged on its fills.",
    "Missed at the close": "Shares × (price at the end − filled at) + fees, where that is more than nothing.",
    "Missed at the best after": "Shares × (best price from the fill to the end − filled at) + fees, where that is more than nothing.",
    "Saved": "Shares × (price it saw − price at the end): what it would have lost from then to the end.",
    "Value": "Shares × price, at the end of what is told here.",
    "Under a stop": "Shares for which a stop was waiting at the end of what is told here.",
}
HELD_BACK: Final = (
    ("Order", "strong"),
    ("Time, ET", "quiet"),
    ("Price it saw", "r"),
    ("Close", "r"),
    ("Saved", "r signed"),
    ("Why", "l wide quiet"),
)
POSITIONS: Final = (("Position", "strong"), ("Shares", "r"), ("Price", "r"), ("Value", "r"), ("Under a stop", "r"))
ORDERS: Final = (("Order", "strong"), ("State", "l"))


def show(report: CrashReport) -> None:
    """All of it."""
    section(title(report), f"{report.note} · {report.certainty}")
    for sentence in sentences(report):
        st.html(f"<p class='qd-why'>{escape(veil(sentence))}</p>")
    figures(numbers(report))
    for name, heads, lines in tables(report):
        section(name, "USD")
        mini(name, heads, lines, HOWS) if lines else empty(*NOTHING[name])
    left, right = st.columns(2, gap="large")
    with left:
        section("What happened", "market time, ET")
        timeline(("warn" if one.serious else "", clock(one.at), one.words, "") for one in report.happened)
    with right:
        section("Take it along")
        with st.container(horizontal=True):
            download("To print, HTML", lambda: page(report), f"crash-day-{report.day}.html", "text/html")
            download("As a table, CSV", lambda: sheet(report), f"crash-day-{report.day}.csv", "text/csv")
        rows([("Account", report.account_id, ""), ("Kept as", report.id, "it stays, over restarts too")])


NOTHING: Final = {
    "What stops saved": ("No stop went off.", "Nothing was protected by one, or no price came to one."),
    "What stops cost": ("They cost nothing.", "No stop went off."),
    "What limits saved": ("No order was held back.", "Your limits had nothing to say to what you asked for."),
    "Still held": ("Nothing is held.", "Everything was sold by then."),
    "Still open": ("No order is open.", "Nothing waits at the broker."),
}


def title(report: CrashReport) -> str:
    """For a list of them."""
    return f"Crash day, {report.day:%a} {day(report.day)}{', ended early' if report.early else ''}"


def sentences(report: CrashReport) -> Iterator[str]:
    """What it comes to."""
    change = report.after - report.before
    end = f"when you ended it at {clock(report.until)}" if report.early else "at the close"
    yield (
        f"{report.index.symbol} fell {percent(abs(report.index.fell_most), plus=False)} at its lowest and stood "
        f"{percent(report.index.fell)} {end}. Your account: {money(change, plus=True)} USD, "
        f"{percent(change / report.before if report.before else None)}."
    )
    if report.stops:
        saved = sum((outcome.saved for outcome in report.stops), ZERO)
        verb = "saved" if saved >= 0 else "cost"
        yield (
            f"{plural(len(report.stops), 'stop')} went off and {verb} {money(abs(saved))} USD against holding on, fees included. "
            f"They filled {money(sum(o.slipped for o in report.stops))} USD worse than their stop prices and "
            f"{money(sum(o.crossed for o in report.stops))} USD worse than the middle of the market; fees "
            f"{money(sum(o.fees for o in report.stops))} USD."
        )
    valued = [wish.saved for wish in report.held_back if wish.saved is not None]
    if valued:
        saved = sum(valued, ZERO)
        verb = "saved" if saved >= 0 else "cost"
        yield f"Your limits held back {plural(len(valued), 'order')}, which {verb} {money(abs(saved))} USD."
    doubt = sum(order.in_doubt for order in report.orders)
    yield (
        f"Still there: {plural(len(report.positions), 'position')} and {plural(len(report.orders), 'open order')}"
        f"{f', {doubt} of them not confirmed by the broker' if doubt else ''}."
    )


def numbers(report: CrashReport) -> list[tuple[str, str, str, str]]:
    """The figures at its head: label, number, remark, and how it is worked out."""
    down, change = report.worst - report.before, report.after - report.before
    return [
        ("Value before, USD", money(report.before), "at the close before", HOW_BEFORE),
        (
            "At the worst, USD",
            money(report.worst),
            f"{money(down, plus=True)} at {clock(report.worst_at)} ET",
            HOW_WORST,
        ),
        (
            "When it ended" if report.early else "At the close, USD",
            money(report.after),
            money(change, plus=True),
            HOW_AFTER,
        ),
        (
            report.index.symbol,
            percent(report.index.fell),
            f"lowest {percent(report.index.fell_most)}, {clock(report.index.low_at)} ET",
            "Last price ÷ the close before − 1, over the day told here; lowest: the same at its lowest.",
        ),
    ]


def tables(report: CrashReport) -> Iterator[Table]:
    """In the order of the questions: saved, cost, held back, still there."""
    yield "What stops saved", STOPS, [_saved(outcome) for outcome in report.stops]
    if report.stops:
        yield "What stops cost", COSTS, [_cost(outcome) for outcome in report.stops]
    yield "What limits saved", HELD_BACK, [_held_back(wish) for wish in report.held_back]
    held = [
        [p.symbol, quantity(p.quantity), price(p.price), money(p.value), quantity(p.covered)] for p in report.positions
    ]
    yield "Still held", POSITIONS, held
    yield "Still open", ORDERS, [[order.words, order.state] for order in report.orders]


def sheet(report: CrashReport) -> str:
    """Every number once, for a spreadsheet."""
    out = StringIO()
    write = csv.writer(out).writerow
    write([title(report), report.note])
    for label, number, remark, _ in numbers(report):
        write([plain(label), _bare(number), plain(remark)])
    for name, heads, lines in tables(report):
        write([])
        write([name, report.note])
        write([head for head, _ in heads])
        for line in lines:
            write([_bare(cell) for cell in line])
    write([])
    write(["What happened"])
    for one in report.happened:
        write([clock(one.at), plain(one.words)])
    return out.getvalue()


def page(report: CrashReport) -> str:
    """One file without anything from elsewhere, for the printer."""
    style = (
        "body{font:14px/20px sans-serif;max-width:60em;margin:2em auto;color:#111;background:#fff}"
        "table{border-collapse:collapse;width:100%;margin-bottom:1.5em}"
        "th,td{border-bottom:1px solid #ccc;padding:4px 8px;text-align:left}.r{text-align:right}h2{font-size:16px}"
    )
    said = "".join(f"<p>{escape(sentence)}</p>" for sentence in sentences(report))
    top = "".join(
        f"<tr><td>{escape(label)}</td><td class='r'>{escape(number)}</td><td>{escape(remark)}</td></tr>"
        for label, number, remark, _ in numbers(report)
    )
    rest = "".join(_html(name, heads, lines) for name, heads, lines in tables(report))
    story = "".join(f"<tr><td>{escape(clock(one.at))}</td><td>{escape(one.words)}</td></tr>" for one in report.happened)
    return (
        f"<!doctype html><html lang='en'><meta charset='utf-8'><title>{escape(title(report))}</title><style>{style}</style>"
        f"<h1>{escape(title(report))}</h1><p><b>{escape(report.note)}</b> · {escape(report.certainty)}</p>{said}"
        f"<table>{top}</table>{rest}<h2>What happened, ET</h2><table>{story}</table></html>"
    )


def _html(name: str, heads: Sequence[tuple[str, str]], lines: list[list[str]]) -> str:
    if not lines:
        return f"<h2>{escape(name)}</h2><p>{escape(NOTHING[name][0])}</p>"
    right = ["r" if "r" in form.split() else "" for _, form in heads]
    top = "".join(f"<th class='{side}'>{escape(head)}</th>" for (head, _), side in zip(heads, right, strict=True))
    body = "".join(
        "<tr>"
        + "".join(f"<td class='{side}'>{escape(cell)}</td>" for cell, side in zip(line, right, strict=True))
        + "</tr>"
        for line in lines
    )
    return f"<h2>{escape(name)}, USD</h2><table><tr>{top}</tr>{body}</table>"


def _saved(outcome: StopOutcome) -> list[str]:
    return [
        outcome.symbol,
        clock(outcome.at),
        quantity(outcome.quantity),
        price(outcome.stop),
        price(outcome.price),
        price(outcome.close),
        money(outcome.saved, plus=True),
        money(outcome.saved_at_worst, plus=True),
    ]


def _cost(outcome: StopOutcome) -> list[str]:
    return [
        outcome.symbol,
        money(outcome.slipped),
        money(outcome.crossed),
        money(outcome.fees),
        money(max(-outcome.saved, ZERO)),
        money(outcome.missed_at_best),
    ]


def _held_back(wish: HeldBack) -> list[str]:
    saved = MISSING if wish.saved is None else money(wish.saved, plus=True)
    return [wish.words, clock(wish.at), price(wish.price), price(wish.close), saved, wish.why]


def _bare(words: str) -> str:
    """A number as a spreadsheet reads it; words so that it takes them for words."""
    digits = words.replace(",", "").replace("\u2212", "-")
    return digits if digits.lstrip("+-").replace(".", "", 1).isdigit() else plain(words)
