"""Every formula against published numbers."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.performance import attribution, benchmark, drawdown, money_weighted, ratios, returns

CASES = json.loads((Path(__file__).parents[2] / "vectors" / "performance.json").read_text())["vectors"]
MONTHS = 12


def bacon(of: Callable[[list[float]], float | None]) -> Callable[[dict[str, Any]], object]:
    return lambda given: of(given["portfolio_monthly"])


def pairs(of: Callable[[list[tuple[float, float]]], float | None]) -> Callable[[dict[str, Any]], object]:
    return lambda given: of(list(zip(given["portfolio_monthly"], given["benchmark_monthly"], strict=True)))


def irr(given: dict[str, Any]) -> dict[str, object]:
    flows = [(float(year), float(money)) for year, money in enumerate(given["flows"])]
    return {f"irr{years}": money_weighted.rate(flows[: years + 1]) for years in (4, 5)}


def brinson(sectors: list[attribution.Sector]) -> dict[str, float]:
    effects = attribution.effects(sectors)
    ours, theirs = attribution.totals(sectors)
    return {"port": ours, "bench": theirs, "active": ours - theirs, **effects}


MAR = 0.005
WORKED: dict[str, Callable[[dict[str, Any]], object]] = {
    "adjusted_sharpe": bacon(lambda r: ratios.adjusted_sharpe(r, MONTHS)),
    "d_ratio": bacon(ratios.d_ratio),
    "downside_frequency": bacon(lambda r: ratios.downside_frequency(r, MAR)),
    "fama_beta": pairs(benchmark.fama_beta),
    "kappa_l2": bacon(lambda r: ratios.kappa(r, 2, MAR)),
    "m_squared": pairs(lambda p: benchmark.m_squared(p, MONTHS)),
    "mean_absolute_deviation": bacon(ratios.mean_absolute_deviation),
    "pain_index": bacon(drawdown.pain),
    "specific_risk": pairs(lambda p: benchmark.specific_risk(p, MONTHS)),
    "treynor_modified": pairs(lambda p: benchmark.modified_treynor(p, MONTHS)),
    "upside_potential": bacon(lambda r: ratios.upside_potential(r, MAR)),
    "variability_skewness": bacon(lambda r: ratios.variability_skewness(r, MAR)),
    "bacon_identity": lambda given: brinson(
        [attribution.Sector(*row) for row in zip(given["wp"], given["wb"], given["rp"], given["rb"], strict=True)]
    ),
    "pa_jan2010_sectors": lambda given: brinson([attribution.Sector(*row[1:]) for row in given["rows"]]),
    "annual_return": lambda given: returns.annual_of(given["returns"], given["periods"]),
    "annual_vol": lambda given: ratios.volatility(given["returns"], given["periods"]),
    "cum_final": lambda given: returns.linked(given["returns"]),
    "downside_risk": lambda given: ratios.downside_risk(given["returns"], given["periods"], given["required"]),
    "maxdd": lambda given: min(drawdown.below(drawdown.levels(given["returns"]))),
    "sharpe": lambda given: ratios.sharpe(given["returns"], given["periods"], given["rf"]),
    "sortino": lambda given: ratios.sortino(given["returns"], given["periods"], given["required"]),
    "excel_irr": irr,
    "link4": lambda given: returns.linked(given["period_returns"]),
}


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_it_agrees_with_what_was_published(case: dict[str, Any]) -> None:
    name = case["id"].rpartition(".")[2]
    work = next(work for key, work in WORKED.items() if name == key or name.startswith(f"{key}_"))
    found = work(case["inputs"])
    for wanted, value in case["expected"].items():
        number = found[wanted] if isinstance(found, dict) else found
        assert number == pytest.approx(value, abs=case["tolerance"], rel=0), wanted
