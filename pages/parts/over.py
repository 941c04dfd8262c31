"""What is drawn over the candles: averages and bands, own orders and trades with words, and what happened to the name."""

from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from core.channel.facets.charts import Mark, MarkKind, WorkingLine
from core.domain.order import Side
from pages.parts.words import price

Spec = dict[str, Any]
Ink = Mapping[str, str]
Rows = Sequence[Mapping[str, Any]]
MOST_WORDS: Final = 10  # on the chart itself; the table under it has them all
FAR: Final = 1.0  # heights of the candles: what waits further away would flatten them
LINES: Final = {
    "vwap": (("vwap", "VWAP", "ink", "dotted"),),
    "averages": (("average_20", "Average of 20", "ink", "solid"), ("average_50", "Average of 50", "muted", "dashed")),
    "bands": (("upper", "Band above", "quiet", "solid"), ("lower", "Band below", "quiet", "solid")),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """Prices that find their place, and the range that shows them."""

    range: tuple[float, float]
    working: tuple[WorkingLine, ...]
    alerts: tuple[tuple[str, float], ...]


def within(
    rows: Rows, studied: Collection[str], working: Sequence[WorkingLine], alerts: Sequence[tuple[str, float]]
) -> Drawn:
    """What lies too far away is left to the list under the chart."""
    columns = ("low", "high", *(column for name in studied for column, *_ in LINES.get(name, ())))
    seen = [row[column] for row in rows for column in columns if row.get(column) is not None]
    low, high = min(seen), max(seen)
    room = (high - low) * FAR
    near = tuple(line for line in working if low - room <= float(line.price) <= high + room)
    told = tuple((words, at) for words, at in alerts if low - room <= at <= high + room)
    prices = [low, high, *(float(line.price) for line in near), *(at for _, at in told)]
    return Drawn(range=(min(prices), max(prices)), working=near, alerts=told)


def lines(drawn: Drawn, ink: Ink) -> Iterator[Spec]:
    """Dashed in ink with words at the start: an order. Dotted in blue: an alert."""
    for line in drawn.working:
        yield _rule(float(line.price), f"{line.words} {price(line.price)}", ink["ink"], "dashed", "insideStartTop", ink)
    for words, at in drawn.alerts:
        yield _rule(at, words, ink["info"], "dotted", "insideMiddleTop", ink)


def studies(rows: Rows, wanted: Collection[str], ink: Ink) -> Iterator[Spec]:
    for name, curves in LINES.items():
        for column, words, colour, dash in curves if name in wanted else ():
            yield curve(rows, column, words, ink[colour], dash)


def curve(rows: Rows, column: str, words: str, colour: str, dash: str = "solid", place: int = 0) -> Spec:
    return {
        "type": "line",
        "name": words,
        "xAxisIndex": place,
        "yAxisIndex": place,
        "data": [None if row[column] is None else round(row[column], 4) for row in rows],
        "showSymbol": False,
        "silent": True,
        "lineStyle": {"color": colour, "width": 1.2, "type": dash},
        "itemStyle": {"color": colour},
    }


def fills(rows: Rows, marks: Sequence[Mark], ink: Ink) -> Iterator[Spec]:
    """Ink triangles below what was bought and above what was sold."""
    own = [mark for mark in marks if mark.kind is MarkKind.FILL]
    for side, name in ((Side.BUY, "Bought"), (Side.SELL, "Sold")):
        these = [mark for mark in own if mark.side is side]
        if these:
            yield _triangles(rows, these, name, ink, words=len(own) <= MOST_WORDS)


def moments(rows: Rows, marks: Sequence[Mark], ink: Ink) -> Iterator[Spec]:
    """Upright hairlines: the company's, the exchange's and those that were chosen."""
    happened = [mark for mark in marks if mark.kind is not MarkKind.FILL]
    for mark in happened[-MOST_WORDS:]:
        yield {
            "xAxis": _place(rows, mark),  # its number: names of times come again
            "lineStyle": {
                "color": ink["warn" if mark.kind is MarkKind.HALT else "muted"],
                "type": "dashed",
                "width": 1,
            },
            "label": {
                "formatter": mark.words.split()[0].strip(":,"),  # the table under the chart has the rest
                "position": "end",
                "rotate": 0,
                "distance": 3,
                "color": ink["muted"],
                "fontSize": 11,
            },
        }


def _triangles(rows: Rows, marks: Sequence[Mark], name: str, ink: Ink, *, words: bool) -> Spec:
    bought = marks[0].side is Side.BUY
    points = []
    for mark in marks:
        place = _place(rows, mark)
        late = {"position": "left"} if place > len(rows) * 0.8 else {}  # no room for words beside the axis
        label = {"formatter": mark.words, "show": words, **late}
        points.append({"value": [place, round(rows[place]["low" if bought else "high"], 4)], "label": label})
    return {
        "type": "scatter",
        "name": name,
        "data": points,
        "symbol": "triangle",
        "symbolSize": 10,
        "symbolRotate": 0 if bought else 180,
        "symbolOffset": [0, 9 if bought else -9],
        "itemStyle": {"color": ink["ink"]},
        "label": {"position": "bottom" if bought else "top", "color": ink["ink"], "fontSize": 11, **_ground(ink)},
        "z": 5,
    }


def _place(rows: Rows, mark: Mark) -> int:
    """Of the bar in which it happened."""
    return max(bisect_right([row["at"] for row in rows], mark.at) - 1, 0)


def _ground(ink: Ink) -> Spec:
    """Words stay readable where candles run under them."""
    return {"backgroundColor": ink["bg"], "padding": [1, 3]}


def _rule(at: float, words: str, colour: str, dash: str, position: str, ink: Ink) -> Spec:
    label = {"formatter": words, "position": position, "color": colour, "fontSize": 11, **_ground(ink)}
    return {"yAxis": at, "lineStyle": {"color": colour, "type": dash, "width": 1}, "label": label}
