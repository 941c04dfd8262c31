"""Alerts on disk, and in memory as they stand."""

from dataclasses import fields
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session, select

from core.domain.alert import Alert, AlertKind, Way
from core.store.rows import AlertRow
from core.store.unit import Unit


class Alerts:
    """Belongs to the desk thread. Up to where each was looked at is written down only when something changes with it."""

    def __init__(self, engine: Engine, unit: Unit) -> None:
        self._engine = engine
        self._unit = unit
        with Session(engine) as session:
            self._known = {row.id: _alert(row) for row in session.exec(select(AlertRow))}

    def all(self) -> tuple[Alert, ...]:
        """The newest first."""
        return tuple(sorted(self._known.values(), key=lambda alert: alert.id, reverse=True))

    def get(self, alert_id: str) -> Alert | None:
        return self._known.get(alert_id)

    def save(self, alert: Alert) -> None:
        """Inside a unit."""
        self._unit.keep(self._known, alert.id, alert)
        with Session(self._engine) as session:
            session.merge(AlertRow(**{each.name: _kept(alert, each.name) for each in fields(Alert)}))
            session.flush()

    def looked(self, alert: Alert) -> None:
        """It was looked at and did not change: kept in memory alone; after a crash it is looked at again from before."""
        self._known[alert.id] = alert

    def remove(self, alert_id: str) -> None:
        """Inside a unit."""
        self._unit.drop(self._known, alert_id)
        with Session(self._engine) as session:
            row = session.get(AlertRow, alert_id)
            if row is not None:
                session.delete(row)
            session.flush()


def _kept(alert: Alert, name: str) -> Any:
    value = getattr(alert, name)
    return value.value if isinstance(value, AlertKind | Way) else value


def _alert(row: AlertRow) -> Alert:
    changed: dict[str, Any] = {"kind": AlertKind(row.kind), "way": Way(row.way)}
    return Alert(**{each.name: changed.get(each.name, getattr(row, each.name)) for each in fields(Alert)})
