"""A statement to take away: the fills as a table for other programs, the whole of it as a page to print."""

from collections.abc import Iterator, Sequence
from html import escape
from typing import Any, Final

from core.channel.facets.statements import ResultView, StatementView
from pages.parts.desk import desk
from pages.parts.export import text
from pages.parts.grid import Cell, Head, table_html
from pages.parts.run import COSTS, HEADS, compared, costs, earned, grouped, headline, left_out, period, until

AT_ONCE: Final = 5000
FIELDS: Final = (
    "seq",
    "at",
    "order_id",
    "symbol",
    "side",
    "type",
    "quantity",
    "price",
    "fee",
    "bid",
    "ask",
    "arrival",
    "far_touch_cost",
    "mid_cost",
    "arrival_cost",
)
STYLE: Final = """
body{font:13px/1.45 system-ui,sans-serif;color:#151a22;margin:28px}h1{font-size:20px}h2{font-size:14px;margin:22px 0 6px}
table{border-collapse:collapse;width:100%}th,td{padding:4px 8px;text-align:left;border-bottom:1px solid #dfe3e8;vertical-align:top}
.r{text-align:right;font-variant-numeric:tabular-nums}small{display:block;color:#5b6573}th{color:#5b6573;font-weight:400}
pre{white-space:pre-wrap;font-size:11px;background:#f4f5f7;padding:8px}
.note{font-weight:600;border:1px solid #151a22;padding:2px 8px;display:inline-block}
@page{size:landscape;margin:12mm}tr{break-inside:avoid}
"""


def fills_of(account_id: str, only: dict[str, str]) -> Iterator[dict[str, Any]]:
    """All of them, page by page, newest first."""
    before = 0
    while True:
        page: list[dict[str, Any]] = desk().statements.fills(account_id, before, AT_ONCE, **only).to_pylist()
        yield from page
        if len(page) < AT_ONCE:
            return
        before = page[-1]["seq"]


def csv_of(account_id: str, only: dict[str, str], note: str) -> str:
    """Exact numbers, times in UTC; beside each row whether its prices are invented."""
    return text([*FIELDS, "prices"], ([*(row[field] for field in FIELDS), note] for row in fills_of(account_id, only)))


def printable(told: StatementView, runs: Sequence[ResultView]) -> str:
    """One page without anything from elsewhere: it prints as it is, and says what its prices are."""
    run = told.run
    blocks = [
        ("What it earned", table_html((Head("Part", form="l"), Head("USD"), Head("How", form="l")), _parts(run))),
        ("What trading cost", table_html(COSTS, grouped(told))),
        ("By name", table_html(COSTS, costs(run, told.by_symbol))),
        ("How the numbers are worked out", _formulas()),
    ]
    if len(runs) > 1:
        blocks.insert(0, ("All runs", table_html(HEADS, compared(runs))))
    body = "".join(f"<h2>{escape(title)}</h2>{block}" for title, block in blocks)
    note = f"<p class='note'>{escape(told.note)}</p>" if told.note else ""
    figures = "; ".join(f"{label} {cell.words} ({cell.remark})" for label, cell in headline(run))
    return (
        f"<!doctype html><html lang='en'><meta charset='utf-8'><title>Statement, {escape(run.name)}, "
        f"{escape(period(run))}</title><style>{STYLE}</style><h1>Statement, {escape(run.name)}, {escape(period(run))}</h1>"
        f"{note}<p>{escape(until(run))}. Account {escape(run.account_id)}. "
        f"{escape(figures)}. {escape(left_out(run.trading))}</p>{body}</html>"
    )


def _parts(run: ResultView) -> list[list[Cell]]:
    return [[Cell(name), Cell(number), Cell(how)] for name, number, how in earned(run)]


def _formulas() -> str:
    lines = [[Cell(head.words), Cell(head.how)] for head in HEADS if head.how]
    return table_html((Head("Number", form="l"), Head("How", form="l")), lines)
