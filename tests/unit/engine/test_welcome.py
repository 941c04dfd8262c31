"""First steps: ticked by what happened at the engine, and what was read is kept with its version."""

from pathlib import Path

import pytest

from core.channel.facets.welcome import WelcomeView
from core.domain.disclosures import VERSION
from core.domain.errors import BadInput
from core.domain.order import OrderType, TimeInForce
from core.engine.facets.welcome import STEPS
from core.store import first_steps
from tests.unit.engine.opened import Opened, opened
from tests.unit.engine.starting import at_noon, place, settle


def state(desk: Opened) -> WelcomeView:
    desk.settle()
    return desk.desk.welcome.state()


def done(desk: Opened) -> set[str]:
    return {step.name for step in state(desk).steps if step.done}


def test_a_workspace_nobody_has_used_says_so_until_the_first_order(tmp_path: Path) -> None:
    with opened(tmp_path, at_noon()) as desk:
        settle(desk)
        assert state(desk).fresh
        assert done(desk) == set()
        place(desk, "KO", "1")
        settle(desk)
        assert not state(desk).fresh
    with opened(tmp_path, at_noon(60)) as desk:
        assert not state(desk).fresh


def test_each_step_is_ticked_by_what_happened_and_stays_ticked(tmp_path: Path) -> None:
    with opened(tmp_path, at_noon()) as desk:
        settle(desk)
        desk.desk.market.quotes(("KO",))
        assert done(desk) == set(), "a watch list that is drawn is no look at a quote"
        desk.desk.market.quote("KO")
        assert done(desk) == {"quote"}
        order_id = place(desk, "KO", "10")
        settle(desk)
        assert done(desk) == {"quote", "order"}
        desk.desk.practice.why(order_id)
        assert done(desk) == {"quote", "order", "why"}
        place(desk, "KO", "1", type=OrderType.STOP, stop="90.00", time_in_force=TimeInForce.GTC)
        desk.desk.limits.all()
        settle(desk)
        desk.desk.vault.choose("correct horse battery staple")
        assert done(desk) == {"quote", "order", "why", "stop", "limits", "passphrase"}
        for _ in range(3):
            desk.desk.market.quote("KO")
        assert desk.desk.journal.table(kind="first.look").num_rows == 3
    with opened(tmp_path, at_noon(60)) as desk:
        desk.desk.lock.unlock("correct horse battery staple")
        desk.desk.market.quote("KO")
        settle(desk)
        assert done(desk) == {"quote", "order", "why", "stop", "limits", "passphrase"}
        assert desk.desk.journal.table(kind="first.look").num_rows == 3


def test_the_plug_and_a_crash_day_are_steps_of_a_practice_workspace_alone(tmp_path: Path) -> None:
    with opened(tmp_path, at_noon()) as desk:
        settle(desk)
        with desk.engine.store.unit:
            desk.engine.store.journal.write("practice.plug", "pulled")
            desk.engine.store.journal.write("crash_day.report", "lived through")
        assert {"plug", "crash_day"} <= done(desk)
    assert set(STEPS) == set(first_steps.STEPS)


def test_the_steps_are_hidden_and_found_again(tmp_path: Path) -> None:
    with opened(tmp_path, at_noon()) as desk:
        settle(desk)
        assert not state(desk).hidden
        desk.desk.welcome.hide(True)
    with opened(tmp_path, at_noon(60)) as desk:
        assert state(desk).hidden
        desk.desk.welcome.hide(False)
        assert not state(desk).hidden


def test_the_disclosures_are_read_once_and_their_version_is_kept(tmp_path: Path) -> None:
    with opened(tmp_path, at_noon()) as desk:
        settle(desk)
        assert (state(desk).read_version, state(desk).read_at) == (0, None)
        with pytest.raises(BadInput, match="are version"):
            desk.desk.welcome.disclosures_read(VERSION + 1)
        for _ in range(2):
            desk.desk.welcome.disclosures_read(VERSION)
        (row,) = desk.desk.journal.table(kind="disclosures.read").to_pylist()
        assert (row["who"], row["title"]) == (
            "person",
            f"The risk disclosures, version {VERSION}, were read and understood",
        )
    with opened(tmp_path, at_noon(60)) as desk:
        assert state(desk).read_version == VERSION
        assert state(desk).read_at == row["recorded_at"]


def test_a_set_of_limits_can_be_read_whole_before_it_is_used_and_reading_changes_nothing(tmp_path: Path) -> None:
    with opened(tmp_path, at_noon()) as desk:
        settle(desk)
        before = desk.desk.limits.all()
        for name in desk.desk.limits.presets():
            told = desk.desk.limits.preview(name)
            assert len(told) == len(before)
            assert desk.desk.limits.all() == before
            assert desk.desk.limits.use_preset(name, "to compare") == told
            before = desk.desk.limits.all()
        with pytest.raises(BadInput, match="There is no set called"):
            desk.desk.limits.preview("reckless")
