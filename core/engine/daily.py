"""Slots for what happens once a day."""

from datetime import UTC, datetime, time, timedelta

from core.engine.jobs.base import Slot
from core.market.sessions import NEW_YORK


def daily_slot(now: datetime, at: time) -> Slot:
    """The newest one, by New York's calendar; a night with two 01:30s has one slot."""
    local = now.astimezone(NEW_YORK)
    day = local.date() if local.time() >= at else local.date() - timedelta(days=1)
    return Slot(name=day.isoformat(), due_at=datetime.combine(day, at, NEW_YORK).astimezone(UTC))


def daily_next(now: datetime, at: time) -> datetime:
    """When the next one is due."""
    local = now.astimezone(NEW_YORK)
    day = local.date() if local.time() < at else local.date() + timedelta(days=1)
    return datetime.combine(day, at, NEW_YORK).astimezone(UTC)
