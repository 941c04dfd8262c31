"""Hours of the exchange, half-days and holidays included."""

from datetime import UTC, date, datetime, timedelta

import pytest

from core.domain.errors import MarketDataError
from core.market.sessions import NEW_YORK, Part, Sessions

SESSIONS = Sessions()


def et(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=NEW_YORK).astimezone(UTC)  # type: ignore[misc, arg-type]


@pytest.mark.parametrize(
    ("moment", "is_open", "extended", "name"),
    [
        (et(2026, 11, 23, 9, 29, 59), False, True, "Pre-market, opens 09:30 ET"),
        (et(2026, 11, 23, 9, 30), True, False, "Open, closes 16:00 ET"),
        (et(2026, 11, 23, 15, 59, 59), True, False, "Open, closes 16:00 ET"),
        (et(2026, 11, 23, 16, 0), False, True, "After hours until 20:00 ET, opens Tue 09:30 ET"),
        (et(2026, 11, 23, 20, 0), False, False, "Closed, opens Tue 09:30 ET"),
        (et(2026, 11, 24, 3, 59, 59), False, False, "Closed, opens 09:30 ET"),
        (et(2026, 11, 24, 4, 0), False, True, "Pre-market, opens 09:30 ET"),
        (et(2026, 11, 21, 23, 0), False, False, "Closed, opens Mon 09:30 ET"),
        (et(2026, 11, 26, 12, 0), False, False, "Closed, opens Fri 09:30 ET"),
        (et(2026, 7, 3, 12, 0), False, False, "Closed, opens Mon 09:30 ET"),
        (et(2026, 11, 27, 12, 59, 59), True, False, "Open, closes early 13:00 ET"),
        (et(2026, 11, 27, 13, 0), False, True, "After hours until 17:00 ET, opens Mon 09:30 ET"),
        (et(2026, 12, 24, 13, 0), False, True, "After hours until 17:00 ET, opens Mon 09:30 ET"),
    ],
)
def test_what_the_exchange_is_doing(moment: datetime, is_open: bool, extended: bool, name: str) -> None:
    session = SESSIONS.at(moment)
    assert (session.is_open, session.extended, session.name) == (is_open, extended, name)


def test_an_answer_kept_from_before_is_never_used_past_its_end() -> None:
    start = et(2026, 11, 24, 0, 0)
    for minute in range(0, 6 * 24 * 60, 7):
        moment = start + timedelta(minutes=minute)
        assert SESSIONS.at(moment) == Sessions().at(moment)
        assert SESSIONS.stretch(moment) == Sessions().stretch(moment)


def test_opens_at_is_of_the_session_that_is_on_or_of_the_next() -> None:
    assert SESSIONS.at(et(2026, 11, 23, 12)).opens_at == et(2026, 11, 23, 9, 30)
    assert SESSIONS.at(et(2026, 11, 23, 16)).opens_at == et(2026, 11, 24, 9, 30)
    assert SESSIONS.at(et(2026, 11, 25, 17)).closes_at == et(2026, 11, 27, 13)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (et(2026, 11, 23, 4), date(2026, 11, 23)),
        (et(2026, 11, 23, 19, 59), date(2026, 11, 23)),
        (et(2026, 11, 23, 20), date(2026, 11, 24)),
        (et(2026, 11, 21, 12), date(2026, 11, 23)),
        (et(2026, 11, 27, 17), date(2026, 11, 30)),
    ],
)
def test_the_day_a_moment_counts_towards(moment: datetime, day: date) -> None:
    assert SESSIONS.day(moment) == day


def test_a_sale_on_the_friday_after_thanksgiving_settles_on_monday() -> None:
    assert SESSIONS.settlement_day(date(2026, 11, 27)) == date(2026, 11, 30)
    assert SESSIONS.settlement_day(date(2026, 11, 25)) == date(2026, 11, 27)


def test_the_days_of_2026() -> None:
    days = SESSIONS.days(date(2026, 1, 1), date(2026, 12, 31))
    assert len(days) == 251
    assert date(2026, 11, 26) not in days
    early = [day for day in days if (hours := SESSIONS.hours(day)) and hours.early_close]
    assert early == [date(2026, 11, 27), date(2026, 12, 24)]


def test_neighbours() -> None:
    noon = et(2026, 11, 27, 12)
    assert SESSIONS.next_open(noon) == et(2026, 11, 30, 9, 30)
    assert SESSIONS.previous_close(noon) == et(2026, 11, 25, 16)
    assert SESSIONS.next_close(noon) == et(2026, 11, 27, 13)
    assert SESSIONS.next_day(date(2026, 11, 25)) == date(2026, 11, 27)
    assert SESSIONS.previous_day(date(2026, 11, 27)) == date(2026, 11, 25)


def test_opening_hours_move_with_the_clocks() -> None:
    assert SESSIONS.at(et(2026, 10, 30, 12)).opens_at == datetime(2026, 10, 30, 13, 30, tzinfo=UTC)
    assert SESSIONS.at(et(2026, 11, 2, 12)).opens_at == datetime(2026, 11, 2, 14, 30, tzinfo=UTC)


def test_stretches_of_a_day_touch_but_do_not_overlap() -> None:
    day = list(SESSIONS.stretches(et(2026, 11, 27, 0), et(2026, 11, 28, 0)))
    assert [s.part for s in day] == [Part.PRE, Part.REGULAR, Part.POST]
    assert [s.seconds for s in day] == [19_800, 12_600, 14_400]
    assert day[0].end == day[1].start
    assert day[1].end == day[2].start


@pytest.mark.parametrize(
    ("moment", "for_open", "for_close"),
    [
        (et(2026, 11, 23, 9, 27, 59), True, True),
        (et(2026, 11, 23, 9, 28), False, True),
        (et(2026, 11, 23, 15, 49, 59), False, True),
        (et(2026, 11, 23, 15, 50), False, False),
        (et(2026, 11, 23, 18, 59), False, False),
        (et(2026, 11, 23, 19, 0), True, True),
        (et(2026, 11, 27, 12, 49, 59), False, True),
        (et(2026, 11, 27, 12, 50), False, False),
        (et(2026, 11, 21, 12, 0), True, True),
    ],
)
def test_cut_offs_for_the_opening_and_the_close(moment: datetime, for_open: bool, for_close: bool) -> None:
    assert (SESSIONS.takes_open(moment), SESSIONS.takes_close(moment)) == (for_open, for_close)


def test_a_day_outside_the_calendar_is_a_sentence() -> None:
    with pytest.raises(MarketDataError, match="2010 to 2045"):
        SESSIONS.at(et(2051, 1, 3, 12))
