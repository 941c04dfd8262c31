"""Oscillators under the chart, each with a scale of its own."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from pages.parts.over import curve

Spec = dict[str, Any]
Ink = Mapping[str, str]
Rows = Sequence[Mapping[str, Any]]


def strength(rows: Rows, place: int, ink: Ink) -> list[Spec]:
    """Between 0 and 100, with its usual marks at 30 and 70."""
    line = curve(rows, "rsi", "RSI 14", ink["ink"], place=place)
    line["markLine"] = _rules((30, 70), ink)
    return [line]


def convergence(rows: Rows, place: int, ink: Ink) -> list[Spec]:
    """The line, its signal, and how far they are apart."""
    apart = [
        None if row["macd"] is None or row["signal"] is None else round(row["macd"] - row["signal"], 4) for row in rows
    ]
    bars = {
        "type": "bar",
        "name": "MACD less signal",
        "xAxisIndex": place,
        "yAxisIndex": place,
        "data": apart,
        "itemStyle": {"color": ink["quiet"], "opacity": 0.5},
        "barMaxWidth": 6,
    }
    line = curve(rows, "macd", "MACD 12, 26", ink["ink"], place=place)
    line["markLine"] = _rules((0,), ink)
    return [bars, line, curve(rows, "signal", "Signal 9", ink["muted"], "dashed", place)]


PANES: Final[Mapping[str, Callable[[Rows, int, Ink], list[Spec]]]] = {"rsi": strength, "macd": convergence}


def _rules(levels: Sequence[float], ink: Ink) -> Spec:
    label = {"position": "end", "color": ink["muted"], "fontSize": 11}
    style = {"color": ink["hair"], "type": "solid", "width": 1}
    data = [{"yAxis": level, "lineStyle": style, "label": label | {"formatter": f"{level:g}"}} for level in levels]
    return {"symbol": "none", "silent": True, "data": data}
