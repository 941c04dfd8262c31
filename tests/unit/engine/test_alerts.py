"""Alerts on a real engine: told once each, with their moment, over jumps, restarts and kills; and nothing is ever traded."""

from decimal import Decimal
from pathlib import Path

import pytest

from core.channel.facets.alerts import AlertDraft, AlertView
from core.channel.facets.practice import Jump
from core.domain.alert import AlertKind, Way
from core.domain.errors import BadInput, StoreError
from core.market.lookout import Reached
from tests.unit.engine.opened import Opened, opened
from tests.unit.engine.test_practice import Killed, at_noon, die


def near(desk: Opened, way: Way = Way.ABOVE, percent: str = "0.05", *, again: bool = False) -> AlertView:
    """A price that is soon reached."""
    last = desk.desk.market.quote("AAPL").quote.last
    level = round(last * (1 + way.sign * Decimal(percent) / 100), 2)
    return desk.desk.alerts.make(
        AlertDraft(symbol="AAPL", kind=AlertKind.PRICE, way=way, level=f"{level:f}", again=again)
    )


def told(desk: Opened) -> list[str]:
    return [line.title for line in desk.engine.store.journal.of_kinds("alert.fired")]


def notices(desk: Opened) -> list[str]:
    return [f"{n.weight} {n.title}" for n in desk.desk.health.state().notices if "AAPL" in n.title]


def to_the_close(desk: Opened) -> None:
    desk.desk.practice.jump(Jump.CLOSE)
    desk.engine.alert_watch.look()


def test_what_was_reached_on_the_way_is_told_with_its_moment(tmp_path: Path) -> None:
    with opened(tmp_path, at_noon()) as desk:
        desk.settle(1)
        alert = near(desk)
        begun = desk.engine.timeline.now()
        to_the_close(desk)
        (now,) = desk.desk.alerts.all()
        assert now.id == alert.id
        assert (now.state, now.waits, now.fires) == ("Told once", False, 1)
        assert now.fired_at is not None
        assert begun <= now.fired_at < desk.engine.timeline.now()
        (line,) = desk.engine.store.journal.of_kinds("alert.fired")
        assert line.title == f"AAPL at or above {alert.price:,.2f}."
        assert "ET on 23 Nov 2026: it traded at" in line.body
        assert notices(desk) == [f"blue {line.title}"]
        for _ in range(3):
            desk.engine.alert_watch.look()
        assert told(desk) == [line.title]
        assert desk.engine.store.orders.open() == ()


def test_the_notice_stays_over_a_restart_until_it_is_seen(tmp_path: Path) -> None:
    with opened(tmp_path, at_noon()) as desk:
        desk.settle(1)
        near(desk)
        to_the_close(desk)
        before = notices(desk)
    with opened(tmp_path, at_noon()) as desk:
        desk.engine.alert_watch.look()
        assert notices(desk) == before != []
        (notice,) = (n for n in desk.desk.health.state().notices if "AAPL" in n.title)
        desk.desk.health.acknowledge(notice.row)
        assert notices(desk) == []
        assert len(told(desk)) == 1


@pytest.mark.parametrize(
    "where",
    [
        "core.store.alerts.Alerts.save",
        "core.execution.alarms.Alarms.keep",
        "core.store.journal.Journal.write",
        "core.engine.alert_watch.told",
    ],
)
def test_killed_while_it_tells_it_is_told_exactly_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    with opened(tmp_path, at_noon()) as desk:
        desk.settle(1)
        near(desk)
        desk.desk.practice.jump(Jump.CLOSE)
        monkeypatch.setattr(where, lambda *given, **named: die())
        with pytest.raises(Killed):
            desk.engine.alert_watch.look()
        monkeypatch.undo()
        assert told(desk) == []
    with opened(tmp_path, at_noon()) as desk:
        desk.engine.alert_watch.look()
        desk.engine.alert_watch.look()
        assert len(told(desk)) == len(notices(desk)) == 1
    with opened(tmp_path, at_noon()) as desk:
        desk.engine.alert_watch.look()
        assert len(told(desk)) == len(notices(desk)) == 1


def test_a_full_disk_tells_it_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with opened(tmp_path, at_noon()) as desk:
        desk.settle(1)
        near(desk)
        desk.desk.practice.jump(Jump.CLOSE)

        def full(*_: object) -> None:
            raise StoreError("The disk is full.")

        monkeypatch.setattr("core.store.unit.Unit.__enter__", full)
        with pytest.raises(StoreError):
            desk.engine.alert_watch.look()
        monkeypatch.undo()
        assert told(desk) == notices(desk) == []
        desk.engine.alert_watch.look()
        assert len(told(desk)) == len(notices(desk)) == 1


def test_steps_and_a_jump_leave_the_same_journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.engine.wiring._first_settings", lambda: '{"seed": 1}')

    def moments(home: Path, steps: int) -> list[str]:
        with opened(home, at_noon()) as desk:
            desk.engine.timeline.set(own_time=True, pace=60)
            desk.settle(1)
            near(desk, again=True)
            near(desk, Way.BELOW, again=True)
            if not steps:
                to_the_close(desk)
            for _ in range(steps):
                desk.clock.advance(1)
                desk.engine.alert_watch.look()
            lines = desk.engine.store.journal.of_kinds("alert.fired")
            return [line.body.partition('"at":')[2][:30] + line.title for line in lines]

    walked = moments(tmp_path / "walked", 239)
    jumped = moments(tmp_path / "jumped", 0)
    assert walked
    assert sorted(walked) == [moment for moment in sorted(jumped) if moment < '"2026-11-23T20:59']


def test_an_alert_is_made_removed_and_armed_by_a_person_each_with_its_line(tmp_path: Path) -> None:
    with opened(tmp_path, at_noon()) as desk:
        desk.settle(1)
        alerts = desk.desk.alerts
        first = near(desk)
        with pytest.raises(BadInput, match="it waits already"):
            alerts.arm(first.id)
        to_the_close(desk)
        bid = desk.desk.market.quote("AAPL").quote.last
        if first.price is not None and bid < first.price:
            assert alerts.arm(first.id).waits
        else:
            with pytest.raises(BadInput, match=r"AAPL is there already: .*\. The alert was not made"):
                alerts.arm(first.id)
        rsi = alerts.make(AlertDraft(symbol="MSFT", kind=AlertKind.RSI, way=Way.BELOW, level="30", frame="1h"))
        assert rsi.words == "MSFT: RSI of hourly bars falls below 30"
        assert [view.id for view in alerts.all("MSFT")] == [rsi.id]
        alerts.remove(rsi.id)
        with pytest.raises(BadInput, match="no such alert any more"):
            alerts.remove(rsi.id)
        kinds = {line.kind for line in desk.engine.store.journal.of_kinds("alert.made", "alert.removed", "alert.armed")}
        assert {"alert.made", "alert.removed"} <= kinds


def test_a_level_that_is_reached_already_is_refused(tmp_path: Path) -> None:
    with opened(tmp_path, at_noon()) as desk:
        desk.settle(1)
        with pytest.raises(BadInput, match="AAPL is there already"):
            near(desk, percent="-1")
        assert desk.desk.alerts.all() == ()


def test_one_removed_while_it_was_looked_at_tells_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with opened(tmp_path, at_noon()) as desk:
        desk.settle(1)
        alert = near(desk)
        desk.desk.practice.jump(Jump.CLOSE)
        watch = desk.engine.alert_watch
        real = watch.lookout.look

        def look(one: object, now: object) -> tuple[object, list[Reached]]:
            found = real(one, now)  # type: ignore[arg-type]
            desk.desk.alerts.remove(alert.id)
            return found

        monkeypatch.setattr("core.market.lookout.Lookout.look", lambda self, one, now: look(one, now))
        watch.look()
        assert told(desk) == []
        assert desk.desk.alerts.all() == ()
