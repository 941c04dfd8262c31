"""Limits are settings: whose value applies, what may be typed, and which sets exclude each other."""

import pytest

from core.domain.errors import BadInput
from core.risk.limits import PRESETS, WORKSPACE, Limits, kinds
from tests.unit.risk.scene import D


def value(limits: Limits, check: str, setting: str, account_id: str = "") -> tuple[object, str]:
    shown = {(v.check, v.setting): v for v in limits.views(account_id)}[check, setting]
    return shown.value, shown.scope


def test_the_accounts_own_value_wins_then_the_workspaces_then_the_default() -> None:
    limits = Limits()
    assert value(limits, "R21", "block_above", "acc") == (D("0.25"), "default")
    limits = limits.change("R21", "block_above", "30%")
    assert value(limits, "R21", "block_above", "acc") == (D("0.3"), "workspace")
    limits = limits.change("R21", "block_above", "0.35", "acc")
    assert value(limits, "R21", "block_above", "acc") == (D("0.35"), "account")
    assert value(limits, "R21", "block_above", "other") == (D("0.3"), "workspace")
    assert value(limits, "R21", "block_above") == (D("0.3"), "workspace")
    limits = limits.reset("R21", "block_above", "acc").reset("R21", "block_above")
    assert limits == Limits()


def test_they_are_as_the_store_keeps_them() -> None:
    stored = {("acc", "R21", "block_above"): D("0.3"), (WORKSPACE, "R77", "gone"): D(1)}
    assert value(Limits(stored), "R21", "block_above", "acc") == (D("0.3"), "account")


def test_every_limit_has_words_and_its_default() -> None:
    for shown in Limits().views():
        assert shown.label
        assert shown.value == shown.default
        assert shown.scope == "default"


@pytest.mark.parametrize(
    ("check", "setting", "typed", "words"),
    [
        ("R21", "block_above", "0", "from 0.1% to 100%"),
        ("R21", "block_above", "-0.1", "from 0.1% to 100%"),
        ("R21", "block_above", "250%", "from 0.1% to 100%"),
        ("R21", "block_above", "25", "could mean 25% or 2500%"),
        ("R21", "block_above", "1", "could mean 1% or 100%"),
        ("R21", "block_above", "NaN", "not a plain number"),
        ("R21", "block_above", "0,25", "has a comma"),
        ("R21", "block_above", "", "is empty"),
        ("R18", "a_minute", "2.5", "whole number"),
        ("R18", "a_minute", "10%", "not a plain number"),
        ("R24", "within", "0", "from 0.5 s to 120 s"),
        ("R02", "cap", "0", "from 1 to 1,000,000,000"),
        ("R99", "block_above", "1", "has no limit called"),
        ("R21", "nothing", "1", "has no limit called"),
    ],
)
def test_what_cannot_be_used_gets_a_sentence(check: str, setting: str, typed: str, words: str) -> None:
    with pytest.raises(BadInput, match=words) as problem:
        Limits().change(check, setting, typed)
    assert "Nothing was" in str(problem.value)


@pytest.mark.parametrize(
    ("check", "setting", "typed"),
    [
        ("R21", "warn_above", "26%"),
        ("R21", "block_above", "14%"),
        ("R21", "sector_warn_above", "41%"),
        ("R21", "block_above", "41%"),
        ("R20", "closing_only_at", "6%"),
        ("R20", "cancel_at", "2%"),
        ("R18", "a_minute", "51"),
    ],
)
def test_limits_that_exclude_each_other_are_refused(check: str, setting: str, typed: str) -> None:
    with pytest.raises(BadInput, match=r"Nothing was changed: change the other limit first\."):
        Limits().change(check, setting, typed)
    with pytest.raises(BadInput, match="for account acc"):
        Limits().change(check, setting, typed, "acc")


def test_a_workspaces_value_must_fit_every_accounts_own() -> None:
    limits = Limits().change("R21", "warn_above", "20%", "acc")
    with pytest.raises(BadInput, match="for account acc"):
        limits.change("R21", "block_above", "18%")
    assert limits.change("R21", "block_above", "20%")


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_fits_and_can_be_undone(name: str) -> None:
    limits = Limits().change("R24", "within", "9").preset(name, "acc")
    for (check, setting), number in PRESETS[name].items():
        assert value(limits, check, setting, "acc") == (number, "account")
        about = kinds()[check].settings()[setting]
        assert D(about.low) <= number <= D(about.high)
    assert value(limits, "R24", "within", "acc") == (D(9), "workspace")
    assert limits.preset("stocks", "acc").overrides == {(WORKSPACE, "R24", "within"): D(9)}


def test_a_preset_that_is_not_there() -> None:
    with pytest.raises(BadInput, match="choose from index investor"):
        Limits().preset("yolo")
