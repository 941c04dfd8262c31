"""One order, all of it, as a file to keep or to show to somebody: a page to read, the same for programs, and its sealed journal rows."""

import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from html import escape
from typing import Any, Final
from zipfile import ZIP_DEFLATED, ZipFile

from core.channel.facets.journal import SealedRow
from core.channel.facets.orders import OrderStory
from pages.parts.download import download
from pages.parts.grid import Cell, Head, table_html
from pages.parts.kinds import kind_words
from pages.parts.marks import MARKS
from pages.parts.printed import STYLE
from pages.parts.sealed import CHECK, HOW, rows_json
from pages.parts.story import title
from pages.parts.words import GOOD_FOR, MISSING, TYPES, clock, day, money, price, quantity

NO_WHY: Final = "Only the practice exchange tells why a price was what it was."
FACTS: Final = (Head("", form="quiet"), Head("", form="l"))


def button(order_id: str, made: Callable[[], bytes]) -> None:
    """Made when it is asked for."""
    download(
        "Order file",
        made,
        f"order-{order_id}.zip",
        "application/zip",
        key="order_file",
        hint="A zip: the page to read, the same as JSON, its journal rows with their seals and how to check them.",
    )


def packed(told: OrderStory, rows: Sequence[SealedRow], why: Sequence[str], note: str) -> bytes:
    """note: whose money it is and where its prices come from, in a few words."""
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as file:
        for name, text in (
            ("order.html", page(told, rows, why, note)),
            ("order.json", as_json(told, rows, why, note)),
            ("journal.json", rows_json(rows)),
            ("verify.py", CHECK),
            ("HOW TO CHECK.txt", HOW),
        ):
            file.writestr(name, text.encode())
    return out.getvalue()


def as_json(told: OrderStory, rows: Sequence[SealedRow], why: Sequence[str], note: str) -> str:
    whole = {
        "note": note,
        "order": asdict(told.order),
        "time_line": [asdict(step) for step in told.steps],
        "fills": [asdict(fill) for fill in told.fills],
        "why_this_price": list(why),
        "checks": [asdict(verdict) for verdict in told.verdicts],
        "quotes_seen": [{"row": seq, **quote} for seq, quote in quotes(rows)],
    }
    return json.dumps(whole, indent=1, ensure_ascii=False, default=_plain)


def quotes(rows: Iterable[SealedRow]) -> Iterator[tuple[int, dict[str, Any]]]:
    """What the market was when it was checked, sent or changed, by journal row."""
    for row in rows:
        body = _read(row.body)
        if isinstance(body, dict) and isinstance(body.get("quote"), dict):
            yield row.seq, body["quote"]


def page(told: OrderStory, rows: Sequence[SealedRow], why: Sequence[str], note: str) -> str:
    """One page without anything from elsewhere: it opens in any browser and prints as it is."""
    order = told.order
    blocks = (
        ("What was asked, and how far it got", table_html(FACTS, _facts(told))),
        ("Fills, market time ET", _fills(told)),
        ("Why this price?", "".join(f"<p>{escape(line)}</p>" for line in why or (NO_WHY,))),
        ("Time line, real time ET", _time_line(told)),
        ("Checks when it was last checked", _checks(told)),
        ("Quotes seen", _quotes(rows)),
        ("Every journal row of it, as it came", "".join(map(_row, rows))),
        ("How to check this file", f"<pre>{escape(HOW)}</pre>"),
    )
    body = "".join(f"<h2>{escape(name)}</h2>{block}" for name, block in blocks)
    head = f"{title(order)}: {order.words.lower()}"
    return (
        f"<!doctype html><html lang='en'><meta charset='utf-8'><title>Order {escape(order.id)}</title><style>{STYLE}</style>"
        f"<h1>{escape(head)}</h1>"
        f"<p class='note'>{escape(note)}</p>{body}</html>"
    )


def _facts(told: OrderStory) -> list[list[Cell]]:
    order = told.order
    lines = (
        ("Order", order.id, f"our mark at the broker: {order.client_id}"),
        ("At the broker", order.broker_order_id or MISSING, ""),
        ("Account", order.account_id, ""),
        ("State", order.words, " ".join(filter(None, (order.reason, order.certainty)))),
        ("Kind", TYPES[order.type], GOOD_FOR[order.time_in_force]),
        ("Limit, USD", price(order.limit), ""),
        ("Stop, USD", price(order.stop), ""),
        ("Filled", f"{quantity(order.filled)} of {quantity(order.quantity)}", ""),
        ("Average price, USD", price(order.average_price), ""),
        ("Asked, ET", f"{day(order.at)} {clock(order.at)}", f"by {order.origin.value.replace('_', ' ')}"),
        ("Takes the place of", order.replaces or MISSING, ""),
    )
    return [[Cell(label), Cell(value, remark)] for label, value, remark in lines]


def _fills(told: OrderStory) -> str:
    if not told.fills:
        return "<p>None.</p>"
    heads = (Head("Time", form="l"), Head("Quantity"), Head("Price, USD"), Head("Fee, USD"), Head("Met", form="l"))
    lines = [
        [
            Cell(f"{day(f.at)} {clock(f.at, fine=True)}", f.execution_id),
            Cell(quantity(f.quantity)),
            Cell(price(f.price)),
            Cell(money(f.fee)),
            Cell(f.note),
        ]
        for f in told.fills
    ]
    return table_html(heads, lines)


def _time_line(told: OrderStory) -> str:
    heads = (Head("Time", form="l"), Head("What happened", form="l"))
    lines = [[Cell(f"{day(s.at)} {clock(s.at, fine=True)}"), Cell(s.title, s.detail)] for s in told.steps]
    return table_html(heads, lines)


def _checks(told: OrderStory) -> str:
    heads = (Head("Check", form="l"), Head("Verdict", form="l"), Head("Seen", form="l"), Head("Limit", form="l"))
    lines = [
        [Cell(v.title, v.message), Cell(MARKS[v.outcome][2]), Cell(v.inputs), Cell(v.limit)] for v in told.verdicts
    ]
    return table_html(heads, lines)


def _quotes(rows: Sequence[SealedRow]) -> str:
    seen = list(quotes(rows))
    if not seen:
        return "<p>None was written down.</p>"
    names = ("bid", "bid_size", "ask", "ask_size", "last", "at", "feed")
    heads = (Head("Row"), *(Head(name.replace("_", " ").capitalize()) for name in names))
    lines = [[Cell(str(seq)), *(Cell(str(quote.get(name, MISSING))) for name in names)] for seq, quote in seen]
    return table_html(heads, lines)


def _row(row: SealedRow) -> str:
    body = _read(row.body)
    pretty = json.dumps(body, indent=1, ensure_ascii=False) if isinstance(body, Mapping) and body else row.body
    head = (
        f"{row.seq} · {day(row.recorded_at)} {clock(row.recorded_at, fine=True)} · {kind_words(row.kind)} · {row.title}"
    )
    return f"<h3>{escape(head)}</h3><small>seal {escape(row.hash)}</small><pre>{escape(pretty)}</pre>"


def _read(body: str) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None


def _plain(value: object) -> str:
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise TypeError(type(value).__name__)
