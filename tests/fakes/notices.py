"""Notifications of memory, for page tests: every way there is, one of them failing."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from core.channel.facets.notices import FailureView, FieldView, NoticeRules, NoticesView, WayView
from core.domain.errors import BadInput
from core.notify.keys import NO_VAULT
from core.notify.rules import checked, usual
from core.notify.ways import WAYS

if TYPE_CHECKING:
    from tests.fakes.desk import World

NOW = datetime(2026, 11, 20, 19, 32, 7, tzinfo=UTC)


@dataclass
class FakeNotices:
    world: "World"
    rules: NoticeRules = field(default_factory=usual)
    on: set[str] = field(default_factory=set)
    typed: dict[str, dict[str, str]] = field(default_factory=dict)
    tested: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    secrets: dict[tuple[str, str], str] = field(default_factory=dict)
    failing: tuple[FailureView, ...] = ()
    vault: bool = False

    def state(self) -> NoticesView:
        self.world.answer()
        return NoticesView(
            rules=self.rules,
            ways=tuple(self._way(name) for name in WAYS),
            heartbeat=replace(self._way("webhook"), name="heartbeat", title="Heartbeat", on="heartbeat" in self.on),
            zone_words="ET, now 14:32" if self.rules.zone == "market" else "CET, this machine's, now 20:32",
            quiet_now=False,
            next_digest=NOW + timedelta(hours=3),
        )

    def set(self, rules: NoticeRules) -> None:
        self.world.answer()
        self.rules = checked(rules, tuple(WAYS))

    def set_way(self, way: str, on: bool, fields: Mapping[str, str]) -> None:
        self.world.answer()
        if on and way == "email" and not fields.get("host"):
            raise BadInput("It was not switched on and nothing was kept. The mail server is a name.")
        self.typed.setdefault(way, {}).update(fields)
        (self.on.add if on else self.on.discard)(way)

    def keep_secret(self, way: str, field: str, secret: str) -> None:
        self.world.answer()
        self.secrets[way, field] = secret

    def test(self, way: str) -> None:
        self.world.answer()
        self.tested.append(way)

    def failures(self) -> tuple[FailureView, ...]:
        self.world.answer()
        return self.failing

    def drop(self, way: str) -> int:
        self.world.answer()
        self.dropped.append(way)
        count, self.failing = len(self.failing), ()
        return count

    def fail(self) -> None:
        """The webhook has not been answered for a while."""
        self.on.add("webhook")
        self.failing = (
            FailureView(
                way="Webhook",
                title="Bought 40 NVDA at 182.50 <b>",
                since=NOW - timedelta(minutes=3),
                tries=4,
                problem="127.0.0.1 could not be reached: refused.",
                next_at=NOW + timedelta(minutes=5),
            ),
        )

    def _way(self, name: str) -> WayView:
        kind = WAYS[name]
        secret = any(asked.secret and asked.needed for asked in kind.asks()) and name != "webhook"
        return WayView(
            name=name,
            title=kind.title,
            words=kind.words,
            on=name in self.on,
            why_not=NO_VAULT if secret and not self.vault else "",
            fields=tuple(
                FieldView(
                    name=asked.name,
                    label=asked.label,
                    hint=asked.hint,
                    secret=asked.secret,
                    needed=asked.needed,
                    value=self.typed.get(name, {}).get(asked.name, ""),
                    kept=asked.name in self.typed.get(name, {}) or (name, asked.name) in self.secrets,
                )
                for asked in kind.asks()
            ),
            waiting=len(self.failing) if name == "webhook" else 0,
            told_at=NOW - timedelta(minutes=12) if name in self.on else None,
            problem=self.failing[0].problem if self.failing and name == "webhook" else "",
        )
