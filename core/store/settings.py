"""Limits, trading levels and the few things the engine has to remember, by name."""

from datetime import datetime
from decimal import Decimal

import msgspec
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from core.store.rows import LevelRow, LimitRow, SettingRow


class Settings:
    """Written rarely, read at the start."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def limits(self) -> dict[tuple[str, str, str], Decimal]:
        """What the user set: (scope, check, setting) → value."""
        with Session(self._engine) as session:
            return {(row.scope, row.check, row.setting): row.value for row in session.exec(select(LimitRow))}

    def set_limit(self, scope: str, check: str, setting: str, value: Decimal | None) -> None:
        """None = back to the default."""
        with Session(self._engine) as session:
            row = session.get(LimitRow, (scope, check, setting))
            if value is not None:
                session.merge(LimitRow(scope=scope, check=check, setting=setting, value=value))
            elif row is not None:
                session.delete(row)
            session.flush()

    def levels(self) -> list[tuple[str, str, str, str, datetime]]:
        """Every restriction: scope, level, by, reason, since."""
        with Session(self._engine) as session:
            return [(row.scope, row.level, row.by, row.reason, row.since) for row in session.exec(select(LevelRow))]

    def set_levels(self, levels: list[tuple[str, str, str, str, datetime]]) -> None:
        """These and no others."""
        with Session(self._engine) as session:
            for row in session.exec(select(LevelRow)):
                session.delete(row)
            session.flush()
            for scope, level, by, reason, since in levels:
                session.add(LevelRow(scope=scope, level=level, by=by, reason=reason, since=since))
            session.flush()

    def get(self, name: str) -> dict[str, str]:
        with Session(self._engine) as session:
            row = session.get(SettingRow, name)
        return msgspec.json.decode(row.value, type=dict[str, str]) if row else {}

    def starting(self, prefix: str) -> dict[str, dict[str, str]]:
        """Everything remembered under names that begin so."""
        with Session(self._engine) as session:
            rows = session.exec(select(SettingRow).where(col(SettingRow.name).startswith(prefix, autoescape=True)))
            return {row.name: msgspec.json.decode(row.value, type=dict[str, str]) for row in rows}

    def set(self, name: str, value: dict[str, str]) -> None:
        with Session(self._engine) as session:
            session.merge(SettingRow(name=name, value=msgspec.json.encode(value).decode()))
            session.flush()

    def remove(self, name: str) -> None:
        """As if it had never been set."""
        with Session(self._engine) as session:
            row = session.get(SettingRow, name)
            if row is not None:
                session.delete(row)
            session.flush()
