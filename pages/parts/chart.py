"""One name in candles, with its volume, the last price, and what is asked for besides: lines, marks and oscillators."""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import pyarrow as pa
import streamlit as st

from core.channel.facets.charts import Marks
from pages.parts import over, panes
from pages.parts.look import palette
from pages.parts.words import EASTERN, price

FONT: Final = "Plex, 'IBM Plex Sans', system-ui, sans-serif"
FRAMES: Final = {
    "1m": "%H:%M",
    "5m": "%a %H:%M",
    "15m": "%a %H:%M",
    "1h": "%d %b %H:%M",
    "1d": "%d %b %Y",
    "1w": "%d %b %Y",
}
NOTHING: Final = Marks(marks=(), lines=())
_RIGHT: Final = 58  # pixels for the axis' numbers
Spec = dict[str, Any]
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What stands on it besides candles."""

    frame: str = "1m"
    studies: Collection[str] = ()  # vwap, averages, bands, rsi, macd
    marks: Marks = NOTHING
    alerts: tuple[tuple[str, float], ...] = ()  # words and price
    height: int = 480


def candles(symbol: str, bars: pa.Table, wanted: Wanted | None = None) -> None:
    """Nothing is drawn without bars."""
    wanted = wanted or Wanted()
    rows = bars.to_pylist()
    words = f"{symbol}, last {len(rows)} bars of {wanted.frame}"
    st.echarts_chart(spec(rows, wanted), height=wanted.height, theme=None, key="candles", alt=words)


def spec(rows: list[dict[str, Any]], wanted: Wanted) -> Spec:
    """All of it, from top to bottom: prices, volume, oscillators."""
    ink = palette()
    times = [_words(row["at"], wanted.frame) for row in rows]
    drawn = over.within(rows, wanted.studies, wanted.marks.lines, wanted.alerts)
    levels = levels_of(*drawn.range)
    below = [name for name in panes.PANES if name in wanted.studies]
    grids = _grids(len(below))
    axes = [_axis(times, place, labelled=place == len(grids) - 1) for place in range(len(grids))]
    series = [
        _candles(rows, [*_rules(levels, rows[-1]["close"]), *over.lines(drawn, ink)]),
        *over.studies(rows, wanted.studies, ink),
        *over.fills(rows, wanted.marks.marks, ink),
        _volume(rows, ink),
    ]
    series[0]["markLine"]["data"] += over.moments(rows, wanted.marks.marks, ink)
    for place, name in enumerate(below, 2):
        series += panes.PANES[name](rows, place, ink)
    scales = [
        {"type": "value", "min": levels[0], "max": levels[-1], "position": "right", **_BARE},
        *(
            {"type": "value", "gridIndex": place, "position": "right", "scale": True, **_BARE}
            for place in range(1, len(grids))
        ),
    ]
    return {
        "animation": False,
        "backgroundColor": "transparent",
        "textStyle": {"fontFamily": FONT, "color": ink["ink"]},
        "tooltip": {
            "trigger": "axis",
            "backgroundColor": ink["bg"],
            "borderColor": ink["line"],
            "textStyle": {"color": ink["ink"], "fontSize": 12},
        },
        "axisPointer": {"link": [{"xAxisIndex": "all"}]},
        "dataZoom": [{"type": "inside", "xAxisIndex": list(range(len(grids))), "zoomOnMouseWheel": "ctrl"}],
        "grid": grids,
        "xAxis": axes,
        "yAxis": scales,
        "series": series,
    }


_BARE: Final = {"axisLabel": {"show": False}, "axisLine": {"show": False}, "splitLine": {"show": False}}


def _words(at: datetime, frame: str) -> str:
    return f"{at.astimezone(EASTERN):{FRAMES[frame]}}"


def levels_of(low: float, high: float, wanted: int = 7) -> list[float]:
    """Round levels that enclose low and high; two at least, because what stands still is drawn too."""
    raw = (high - low) / wanted or 1.0
    power = 10 ** math.floor(math.log10(raw))
    step = next(m * power for m in (1, 2, 2.5, 5, 10) if m * power >= raw)
    first = math.floor(low / step)
    return [round((first + i) * step, 9) for i in range(max(math.ceil(high / step) - first, 1) + 1)]


def _grids(below: int) -> list[Spec]:
    """In percent of the height: what is left by the others is for prices."""
    volume, pane, gap, foot = 12, 14, 3, 6
    top, tall = 5, 100 - 5 - foot - volume - gap - below * (pane + gap)
    places = [(top, tall), (top + tall + gap, volume)]
    places += [(top + tall + gap + volume + gap + n * (pane + gap), pane) for n in range(below)]
    return [{"left": 6, "right": _RIGHT, "top": f"{at}%", "height": f"{height}%"} for at, height in places]


def _axis(times: list[str], place: int, *, labelled: bool) -> Spec:
    ink = palette()
    every = {"color": ink["muted"], "fontSize": 11, "interval": max(1, len(times) // 6)}
    return {
        "type": "category",
        "gridIndex": place,
        "data": times,
        "axisLabel": every if labelled else {"show": False},
        "axisLine": {"lineStyle": {"color": ink["line"]}},
        "axisTick": {"show": False},
        "splitLine": {"show": False},
    }


def _rules(levels: list[float], last: float) -> list[Spec]:
    """Hairlines with their numbers, and the last price with its tag."""
    ink, step = palette(), levels[1] - levels[0]
    small = {"color": ink["muted"], "fontSize": 11}
    rules: list[Spec] = [
        {
            "yAxis": level,
            "lineStyle": {"color": ink["hair"], "type": "solid", "width": 1},
            "label": {"show": abs(level - last) > step * 0.35, "formatter": price(level), "position": "end", **small},
        }
        for level in levels
    ]
    tag = {
        "formatter": price(last),
        "position": "end",
        "color": ink["onaccent"],
        "backgroundColor": ink["accent"],
        "padding": [3, 5],
        "borderRadius": 3,
        "fontSize": 11,
    }
    rules.append({"yAxis": last, "lineStyle": {"color": ink["muted"], "type": "dotted", "width": 1}, "label": tag})
    return rules


def _candles(rows: list[dict[str, Any]], rules: list[Spec]) -> Spec:
    ink = palette()
    return {
        "type": "candlestick",
        "name": "Price, USD",
        "data": [[round(row[name], 4) for name in ("open", "close", "low", "high")] for row in rows],
        "itemStyle": {
            "color": ink["gain"],
            "color0": ink["loss"],
            "borderColor": ink["gain"],
            "borderColor0": ink["loss"],
        },
        "barMaxWidth": 9,
        "markLine": {"symbol": "none", "silent": True, "data": rules},
    }


def _volume(rows: list[dict[str, Any]], ink: Mapping[str, str]) -> Spec:
    return {
        "type": "bar",
        "name": "Volume",
        "xAxisIndex": 1,
        "yAxisIndex": 1,
        "data": [round(row["volume"]) for row in rows],
        "itemStyle": {"color": ink["quiet"], "opacity": 0.5},
        "barMaxWidth": 6,
    }
