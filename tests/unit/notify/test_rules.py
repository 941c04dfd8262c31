"""When news is due: never before it happened, never inside quiet hours unless it is loud, on odd nights too."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.channel.facets.notices import NoticeRules
from core.market.sessions import NEW_YORK
from core.notify.events import EVENTS, News
from core.notify.rules import by_ways, checked, complete, due_at, next_at, quiet_until, usual

BERLIN = ZoneInfo("Europe/Berlin")
moments = st.datetimes(
    min_value=datetime(2024, 1, 1),  # noqa: DTZ001
    max_value=datetime(2030, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
clocks = st.times().map(lambda at: f"{at:%H:%M}")


def news(weight: str = "blue", event: str = "filled", not_by: str = "") -> News:
    at = datetime(2026, 9, 14, tzinfo=UTC)
    return News(event=event, weight=weight, title="x", at=at, made_at=at, not_by=not_by)


@given(now=moments, begins=clocks, ends=clocks, zone=st.sampled_from(["market", "local"]))
def test_quiet_hours_end_and_then_it_is_not_quiet(now: datetime, begins: str, ends: str, zone: str) -> None:
    rules = replace(usual(), quiet_from=begins, quiet_to=ends, zone=zone)
    until = quiet_until(now, rules, BERLIN)
    if begins == ends:
        return
    if until is not None:
        assert now < until <= now + timedelta(hours=25)
        assert quiet_until(until, rules, BERLIN) is None


@given(now=moments, begins=clocks, ends=clocks, event=st.sampled_from(sorted(EVENTS)))
def test_what_is_loud_is_due_at_once_and_the_rest_never_in_quiet_hours(
    now: datetime, begins: str, ends: str, event: str
) -> None:
    rules = replace(usual(), quiet_from=begins, quiet_to=ends)
    if begins == ends:
        return
    assert due_at(news("red", event), now, rules, BERLIN) == now
    due = due_at(news("amber", event), now, rules, BERLIN)
    assert now <= due <= now + timedelta(hours=50)
    assert quiet_until(due, rules, BERLIN) is None


@given(now=moments, clock=clocks)
def test_a_time_of_day_comes_each_day(now: datetime, clock: str) -> None:
    at = next_at(clock, now, NEW_YORK)
    assert now < at <= now + timedelta(hours=25)


@pytest.mark.parametrize(("day", "hours"), [("2026-03-08", 23), ("2026-11-01", 25)])
def test_an_odd_night_has_one_digest(day: str, hours: int) -> None:
    day_before = datetime.fromisoformat(f"{day}T15:00+00:00") - timedelta(days=1)
    first = next_at("12:00", day_before, NEW_YORK)
    assert next_at("12:00", first, NEW_YORK) - first == timedelta(hours=hours)


def test_ways_by_event() -> None:
    rules = usual()
    on = ("desktop", "webhook")
    assert by_ways(news(), rules, on) == on
    assert by_ways(news(not_by="webhook"), rules, on) == ("desktop",)
    chosen = [replace(r, ways=("email",)) if r.event == "filled" else r for r in rules.events]
    assert by_ways(news(), replace(rules, events=tuple(chosen)), on) == (), "its only way is off"
    off = [replace(r, pace="off") for r in rules.events]
    assert by_ways(news("red"), replace(rules, events=tuple(off)), on) == ()


def test_rules_kept_by_an_older_version_are_completed() -> None:
    old = NoticeRules(events=tuple(replace(r, pace="off", title="Old words") for r in usual().events[:3]))
    now = complete(old)
    assert [rule.event for rule in now.events] == list(EVENTS)
    assert [rule.pace for rule in now.events[:3]] == ["off"] * 3
    assert "Old words" not in [rule.title for rule in now.events]
    assert checked(now, ()) == now
