"""Stops and freezes: the strictest that applies wins, and one cause never lifts another's."""

from typing import Final

from core.domain.workspace import Level
from core.risk.limits import WORKSPACE
from core.risk.trading_state import Restriction, TradingLevels, instrument_scope
from tests.unit.risk.scene import NOON

FREE: Final = (Level.ACTIVE, "")


def restriction(scope: str, level: Level = Level.CLOSING_ONLY, by: str = "person", reason: str = "") -> Restriction:
    return Restriction(scope=scope, level=level, reason=reason or f"by {by}", since=NOON, by=by)


def test_nothing_restricts() -> None:
    assert TradingLevels().strictest("acc", "aapl") == FREE


def test_each_scope_reaches_as_far_as_it_says() -> None:
    frozen = TradingLevels().add(restriction(instrument_scope("acc", "aapl")))
    assert frozen.strictest("acc", "aapl") == (Level.CLOSING_ONLY, "by person")
    assert frozen.strictest("acc", "msft") == FREE
    assert frozen.strictest("other", "aapl") == FREE
    account = TradingLevels().add(restriction("acc"))
    assert account.strictest("acc", "msft")[0] is Level.CLOSING_ONLY
    assert account.strictest("acc")[0] is Level.CLOSING_ONLY
    assert account.strictest("other", "msft") == FREE
    assert TradingLevels().add(restriction(WORKSPACE)).strictest("other", "msft")[0] is Level.CLOSING_ONLY


def test_the_strictest_wins_with_its_reason() -> None:
    levels = (
        TradingLevels()
        .add(restriction(WORKSPACE, Level.CLOSING_ONLY, "check", "day loss"))
        .add(restriction("acc", Level.STOPPED, "file", "stop file"))
        .add(restriction("acc/aapl", Level.CLOSING_ONLY, "reconciliation", "differs"))
    )
    assert levels.strictest("acc", "aapl") == (Level.STOPPED, "stop file")
    assert levels.strictest("other", "aapl") == (Level.CLOSING_ONLY, "day loss")


def test_the_same_cause_restricts_a_scope_once() -> None:
    levels = TradingLevels().add(restriction("acc")).add(restriction("acc", Level.STOPPED))
    assert [r.level for r in levels.at("acc")] == [Level.STOPPED]
    assert levels.add(restriction("acc", Level.ACTIVE)).strictest("acc") == FREE


def test_one_cause_never_lifts_anothers() -> None:
    both = TradingLevels().add(restriction("acc", by="person")).add(restriction("acc", by="reconciliation"))
    assert both.remove("acc", "person").strictest("acc") == (Level.CLOSING_ONLY, "by reconciliation")
    assert both.remove("acc") == TradingLevels()
    assert both.remove("other", "person") == both
