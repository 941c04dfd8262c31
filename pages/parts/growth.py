"""The curve of an account against a benchmark, and how far it was below its highest: on the same days, one above the other."""

import math
from collections.abc import Sequence
from decimal import Decimal
from html import escape
from typing import Any, Final

import streamlit as st

from core.domain.sample import Sample
from pages.parts.chart import FONT, levels_of
from pages.parts.look import palette
from pages.parts.marks import tone
from pages.parts.words import day, percent

Row = dict[str, Any]
_HEIGHT: Final = 260
_FALL_HEIGHT: Final = 120
_LEAST: Final = 0.001  # from lowest to highest: a curve that has hardly moved looks like one


def legend(items: Sequence[tuple[str, str, str]]) -> None:
    """Words, the last number, and how the line is drawn: solid or dashed."""
    cells = "".join(
        f"<span><i class='{escape(style)}'></i>{escape(words)} <b class='{tone(number)}'>{escape(number)}</b></span>"
        for words, number, style in items
    )
    st.html(f"<div class='qd-leg'>{cells}</div>")


def curve(rows: Sequence[Row], benchmark: str, sample: Sample | None = None) -> None:
    """Growth since the period began, deposits not in it. A day without a worth is a gap in the line. A sample is shaded."""
    ours, theirs = _shares(rows, "growth"), _shares(rows, "benchmark")
    known = [share for share in (*ours, *theirs) if share is not None]
    lines = [_line("Account", ours, solid=True) | shade(rows, sample)]
    words = [("Account", percent(_last(ours)), "solid")]
    if benchmark and any(share is not None for share in theirs):
        lines.append(_line(benchmark, theirs, solid=False))
        words.append((f"{benchmark}, dividends put back", percent(_last(theirs)), "dashed"))
    legend(words)
    told = " against ".join(f"{name} {number}" for name, number, _ in words)
    _draw(
        rows,
        lines,
        levels_of(min(known), max(*known, min(known) + _LEAST), 5),
        _HEIGHT,
        key="growth",
        alt=f"Growth since the beginning: {told}",
    )


def falls(rows: Sequence[Row]) -> None:
    """How far below its highest close."""
    depths = _shares(rows, "drawdown")
    known = [depth for depth in depths if depth is not None]
    legend([("Below its highest", percent(_last(depths)), "solid"), ("at the deepest", percent(min(known)), "none")])
    line = _line("Below its highest", depths, solid=True)
    levels = levels_of(min(*known, -0.001), 0.0, 2)
    _draw(rows, [line], levels, _FALL_HEIGHT, key="falls", alt=f"Drawdown, {percent(min(known))} at the deepest")


def _shares(rows: Sequence[Row], name: str) -> list[float | None]:
    """The chart draws floats; exact numbers stay in the desk."""
    return [None if row[name] is None else float(row[name]) for row in rows]


def shade(rows: Sequence[Row], sample: Sample | None) -> dict[str, Any]:
    """The part nobody traded."""
    played = [place for place, row in enumerate(rows) if sample is not None and row["at"] <= sample.until]
    if len(played) < 2:
        return {}
    ink = palette()
    label = {"show": True, "position": "insideTopLeft", "color": ink["muted"], "fontSize": 11}
    area = [{"xAxis": played[0], "name": "Sample"}, {"xAxis": played[-1]}]
    return {"markArea": {"silent": True, "label": label, "itemStyle": {"color": ink["surface"]}, "data": [area]}}


def _last(shares: Sequence[float | None]) -> Decimal | float | None:
    return next((share for share in reversed(shares) if share is not None), None)


def _line(name: str, shares: Sequence[float | None], *, solid: bool) -> dict[str, Any]:
    ink = palette()
    colour = ink["ink"] if solid else ink["muted"]
    style = {"color": colour, "width": 1.8} if solid else {"color": colour, "width": 1.2, "type": [4, 3]}
    line: dict[str, Any] = {
        "type": "line",
        "name": f"{name}, %",
        "data": [None if share is None else round(share * 100, 2) for share in shares],
        "showSymbol": len(shares) < 3,
        "symbolSize": 4,
        "connectNulls": False,
        "lineStyle": style,
        "itemStyle": {"color": colour},
    }
    return line | {"areaStyle": {"color": colour, "opacity": 0.05}} if solid else line


def _draw(
    rows: Sequence[Row], lines: list[dict[str, Any]], levels: Sequence[float], height: int, *, key: str, alt: str
) -> None:
    ink = palette()
    small = {"color": ink["muted"], "fontSize": 11}
    places = next((n for n in (0, 1) if math.isclose(step := (levels[1] - levels[0]) * 10 ** (n + 2), round(step))), 2)
    rules = [
        {
            "yAxis": round(level * 100, 6),
            "lineStyle": {"color": ink["hair"], "type": "solid", "width": 1},
            "label": {"formatter": percent(level, places=places), "position": "end", **small},
        }
        for level in levels
    ]
    lines[0]["markLine"] = {"symbol": "none", "silent": True, "z": 1, "data": rules}
    one_year = len({row["day"].year for row in rows}) == 1
    days = [f"{row['day'].day} {row['day']:%b}" if one_year else day(row["day"]) for row in rows]
    spec = {
        "animation": False,
        "backgroundColor": "transparent",
        "textStyle": {"fontFamily": FONT, "color": ink["ink"]},
        "tooltip": {
            "trigger": "axis",
            "backgroundColor": ink["bg"],
            "borderColor": ink["line"],
            "textStyle": {"color": ink["ink"], "fontSize": 12},
        },
        "grid": {"left": 16, "right": 58, "top": 8, "bottom": 28},
        "xAxis": {
            "type": "category",
            "data": days,
            "boundaryGap": False,
            "axisLabel": {**small, "margin": 13, "hideOverlap": True, "interval": max(0, len(days) // 6 - 1)},
            "axisLine": {"lineStyle": {"color": ink["line"]}},
            "axisTick": {"show": False},
            "splitLine": {"show": False},
        },
        "yAxis": {
            "type": "value",
            "min": round(levels[0] * 100, 6),
            "max": round(levels[-1] * 100, 6),
            "position": "right",
            "axisLabel": {"show": False},
            "axisLine": {"show": False},
            "splitLine": {"show": False},
        },
        "series": lines,
    }
    st.echarts_chart(spec, height=height, theme=None, key=key, alt=alt)
