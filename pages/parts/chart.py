"""The day in one-minute candles, with the last price; drawn so that numbers read as everywhere else."""

import math
from typing import Any, Final

import pyarrow as pa
import streamlit as st

from pages.parts.look import palette
from pages.parts.words import EASTERN, price

FONT: Final = "Plex, 'IBM Plex Sans', system-ui, sans-serif"


def candles(symbol: str, bars: pa.Table) -> None:
    """Nothing is drawn without bars."""
    rows = bars.to_pylist()
    spec = _spec([f"{row['at'].astimezone(EASTERN):%H:%M}" for row in rows], rows)
    st.echarts_chart(spec, height=360, theme=None, key="candles", alt=f"{symbol}, last {len(rows)} minutes")


def levels_of(low: float, high: float, wanted: int = 7) -> list[float]:
    """Round levels that enclose low and high."""
    raw = (high - low) / wanted or 1.0
    power = 10 ** math.floor(math.log10(raw))
    step = next(m * power for m in (1, 2, 2.5, 5, 10) if m * power >= raw)
    first = math.floor(low / step)
    return [round((first + i) * step, 9) for i in range(math.ceil(high / step) - first + 1)]


def _spec(times: list[str], rows: list[dict[str, float]]) -> dict[str, Any]:
    ink = palette()
    last = rows[-1]["close"]
    levels = levels_of(min(row["low"] for row in rows), max(row["high"] for row in rows))
    step = levels[1] - levels[0]
    small = {"color": ink["muted"], "fontSize": 11}
    bare = {"axisLabel": {"show": False}, "axisLine": {"show": False}, "splitLine": {"show": False}}
    line = {
        "axisLine": {"lineStyle": {"color": ink["line"]}},
        "axisTick": {"show": False},
        "splitLine": {"show": False},
    }
    rules = [
        {
            "yAxis": level,
            "lineStyle": {"color": ink["hair"], "type": "solid", "width": 1},
            "label": {"show": abs(level - last) > step * 0.35, "formatter": price(level), "position": "end", **small},
        }
        for level in levels
    ]
    rules.append(
        {
            "yAxis": last,
            "lineStyle": {"color": ink["muted"], "type": "dotted", "width": 1},
            "label": {
                "formatter": price(last),
                "position": "end",
                "color": ink["onaccent"],
                "backgroundColor": ink["accent"],
                "padding": [3, 5],
                "borderRadius": 3,
                "fontSize": 11,
            },
        }
    )
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
        "grid": [
            {"left": 6, "right": 58, "top": 10, "height": "70%"},
            {"left": 6, "right": 58, "bottom": 22, "height": "14%"},
        ],
        "xAxis": [
            {"type": "category", "data": times, "axisLabel": {"show": False}, **line},
            {
                "type": "category",
                "gridIndex": 1,
                "data": times,
                "axisLabel": {**small, "interval": max(1, len(times) // 6)},
                **line,
            },
        ],
        "yAxis": [
            {"type": "value", "min": levels[0], "max": levels[-1], "position": "right", **bare},
            {"type": "value", "gridIndex": 1, "position": "right", **bare},
        ],
        "series": [
            {
                "type": "candlestick",
                "name": "Price, USD",
                "data": [[row["open"], row["close"], row["low"], row["high"]] for row in rows],
                "itemStyle": {
                    "color": ink["gain"],
                    "color0": ink["loss"],
                    "borderColor": ink["gain"],
                    "borderColor0": ink["loss"],
                },
                "barMaxWidth": 9,
                "markLine": {"symbol": "none", "silent": True, "data": rules},
            },
            {
                "type": "bar",
                "name": "Volume",
                "xAxisIndex": 1,
                "yAxisIndex": 1,
                "data": [row["volume"] for row in rows],
                "itemStyle": {"color": ink["quiet"], "opacity": 0.5},
                "barMaxWidth": 6,
            },
        ],
    }
