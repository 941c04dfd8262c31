"""Going live of memory, for page tests: a practice workspace on its way, or a live one with what was taken on."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from core.channel.facets.live import LiveView, ShownView, ToDo
from core.channel.facets.practice import WatchedDay
from core.domain.errors import BadInput, OrderRefused, WrongPassphrase
from core.domain.workspace import WorkspaceKind

if TYPE_CHECKING:
    from tests.fakes.desk import World

NOW = datetime(2026, 11, 20, 19, 32, 7, tzinfo=UTC)
WHOLE = 23_400.0
PASSPHRASE = "four lamps under water"


def day(number: int, *, seconds: float = WHOLE, mismatches: int = 0) -> WatchedDay:
    """So many weekdays ago."""
    counts = seconds >= 0.8 * WHOLE and not mismatches
    at = date(2026, 11, 20) - timedelta(days=number + 2 * (number // 5))
    return WatchedDay(day=at, seconds=seconds, orders=4, mismatches=mismatches, whole=WHOLE, counts=counts)


def shown(kind: WorkspaceKind, days: int, *, standing: tuple[str, ...] = (), made: bool = False) -> ShownView:
    some = tuple(day(number) for number in range(days))
    return ShownView(
        workspace="practice",
        kind=kind,
        made_at=NOW if made else None,
        days=(day(-1, seconds=9_000), *some, day(days, mismatches=1)) if days else (),
        counted=days,
        orders=4 * days,
        standing=standing,
        enough=days >= 20 and not standing,
    )


@dataclass
class FakeLive:
    world: "World"
    seen: tuple[ShownView, ...] | None = None
    days: int = 20
    orders: int = 50
    reason: str = ""
    lifted: str = ""
    small: int = 3
    opened: datetime | None = None
    taken: list[str] = field(default_factory=list)

    def state(self) -> LiveView:
        self.world.answer()
        kind = self.world.kind
        real = kind is WorkspaceKind.LIVE
        own = () if real else (shown(kind, 12 if self.world.held else 0),)
        seen = own if self.seen is None else self.seen
        best = seen[0] if seen else None
        steps = [
            ToDo(words=f"{self.days} days at 1× that count", done=best is not None and best.counted >= self.days),
            ToDo(words=f"{self.orders} orders on those days", done=best is not None and best.orders >= self.orders),
            ToDo(words="No mismatch without an explanation", done=best is not None and not best.standing),
        ]
        if real:
            steps.append(ToDo(words="A passphrase for this workspace", done=self.world.lock.has_passphrase))
        return LiveView(
            kind=kind,
            days_needed=self.days,
            orders_needed=self.orders,
            days_usual=20,
            orders_usual=50,
            why_changed=self.reason,
            shown=seen,
            to_do=tuple(steps),
            opened_at=self.opened,
            small_traded=self.small if real else 0,
            small_of=10,
            small_lifted=self.lifted,
        )

    def evidence(self) -> str:
        self.world.answer()
        return "{}"

    def take_on(self, text: str) -> LiveView:
        self.world.answer()
        if "days" not in text:
            raise BadInput("That is no evidence file of this version. Nothing was taken on. Make a new one.")
        self.taken.append(text)
        self.seen = (shown(WorkspaceKind.PRACTICE, 21, made=True),)
        return self.state()

    def demand(self, days: str, orders: str, reason: str) -> LiveView:
        self.world.answer()
        if not days.isdecimal() or int(days) < 1:
            raise BadInput("Days that count: 0 cannot be asked for. Nothing was changed: type a whole number from 1.")
        self.days, self.orders, self.reason = int(days), int(orders), reason
        return self.state()

    def go_live(self, word: str, passphrase: str, code: str = "") -> LiveView:
        self.world.answer()
        if not all(step.done for step in self.state().to_do):
            raise OrderRefused("Nothing was opened. Still missing: days.")
        if word != "LIVE":
            raise BadInput("Nothing was opened: type LIVE, in capitals.")
        if passphrase != PASSPHRASE:
            raise WrongPassphrase("The passphrase is not right. Nothing was unlocked. Try again.")
        self.opened = NOW
        return self.state()

    def lift_small(self, reason: str) -> LiveView:
        self.world.answer()
        self.lifted = reason
        return replace(self.state(), small_lifted=reason)
