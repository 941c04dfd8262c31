"""What every check before a trade promises: it looks at one order and one picture, and says what it thinks."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import ClassVar, get_args, get_type_hints

from core.domain.order import Order
from core.domain.verdict import Outcome, Verdict
from core.domain.view import AccountView

DEFAULT = "default"


class Unit(StrEnum):
    """How a limit is written."""

    SHARE = "share"  # of something: 0.25 is shown as 25%
    MONEY = "money"
    SECONDS = "seconds"
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class Setting:
    """One limit a person may change: its words, and the range that makes sense."""

    label: str
    unit: Unit
    low: str
    high: str


def plain(number: Decimal) -> str:
    """1E+2 is 100, and 2.50 is 2.5."""
    return f"{number.normalize():,f}"


def shown(number: Decimal, unit: Unit, places: int = 2) -> str:
    """A number seen, as a person reads it."""
    match unit:
        case Unit.SHARE:
            return f"{number:.{places}%}"
        case Unit.MONEY:
            return f"{number:,.{places}f}"
        case Unit.SECONDS:
            return f"{number:.{places - 1}f} s"
        case Unit.COUNT:
            return plain(number)


def limit_words(number: Decimal, unit: Unit) -> str:
    """A limit, without digits that say nothing."""
    match unit:
        case Unit.SHARE:
            return f"{plain(number * 100)}%"
        case Unit.SECONDS:
            return f"{plain(number)} s"
        case Unit.MONEY | Unit.COUNT:
            return plain(number)


@dataclass(frozen=True, kw_only=True)
class RiskCheck(ABC):
    """Limits as settings, and one verb. Members are frozen dataclasses; a check never raises and never asks anybody."""

    code: ClassVar[str]  # "R21"
    title: ClassVar[str]  # what it looks at, in a trader's words
    holds_the_door: ClassVar[bool] = False  # True: blocks even an order that only reduces
    overridable: ClassVar[bool] = False  # True: a person may lift its block with a typed reason
    lets_smaller: ClassVar[bool] = False  # True: never blocks what only makes a working order smaller

    scopes: Mapping[str, str] = field(default_factory=dict, repr=False)  # setting → whose value it is

    @abstractmethod
    def verdict(self, order: Order, view: AccountView) -> Verdict:
        """What this check says about the order."""

    def contradiction(self) -> str:
        """A sentence when its limits exclude each other."""
        return ""

    @classmethod
    def settings(cls) -> dict[str, Setting]:
        """Every limit of it, by name."""
        hints = get_type_hints(cls, include_extras=True)
        return {
            name: about for name, hint in hints.items() for about in get_args(hint)[1:] if isinstance(about, Setting)
        }

    @cached_property
    def fine(self) -> Verdict:
        """Nothing to say and no number to show; one object for all of them, because this is the hot path."""
        return Verdict(check=self.code, outcome=Outcome.PASS, title=self.title, scope=self._narrowest)

    def ok(self, *, seen: Decimal | str, by: str = "", limit: str = "") -> Verdict:
        """Inside the limit; the number is kept."""
        return Verdict(
            check=self.code,
            outcome=Outcome.PASS,
            title=self.title,
            inputs=seen if isinstance(seen, str) else shown(seen, self._units[by]),
            limit=limit or self._limits[by],
            scope=self.scopes.get(by, DEFAULT) if by else self._narrowest,
        )

    def warn(self, message: str, *, seen: Decimal | str = "", by: str = "", limit: str = "") -> Verdict:
        """A person should look."""
        return self._say(Outcome.WARN, message, seen, by, limit)

    def block(self, message: str, *, seen: Decimal | str = "", by: str = "", limit: str = "") -> Verdict:
        """Not like this."""
        return self._say(Outcome.BLOCK, message, seen, by, limit)

    def needs(self, what: str) -> Verdict:
        """Cannot be judged: blocks what adds risk, never what reduces it, and no typed reason replaces a number."""
        message = f"This cannot be checked without {what}. Wait until it is there."
        return Verdict(
            check=self.code, outcome=Outcome.NEEDS_DATA, title=self.title, message=message, scope=self._narrowest
        )

    def _say(self, outcome: Outcome, message: str, seen: Decimal | str, by: str, limit: str) -> Verdict:
        limit = limit or (self._limits[by] if by else "")
        return Verdict(
            check=self.code,
            outcome=outcome,
            title=self.title,
            inputs=seen if isinstance(seen, str) else self._apart(seen, by, limit),
            limit=limit,
            scope=self.scopes.get(by, DEFAULT) if by else self._narrowest,
            message=message,
            overridable=self.overridable and outcome is Outcome.BLOCK,
        )

    def _apart(self, seen: Decimal, by: str, limit: str) -> str:
        """Enough digits that a number just over its limit does not look like the limit."""
        unit = self._units[by]
        at_limit = shown(getattr(self, by), unit) if limit == self._limits[by] else limit
        places = next((p for p in (2, 4, 6) if shown(seen, unit, p) not in (at_limit, limit)), 9)
        return shown(seen, unit, places)

    @cached_property
    def _limits(self) -> dict[str, str]:
        return {name: limit_words(getattr(self, name), about.unit) for name, about in self.settings().items()}

    @cached_property
    def _units(self) -> dict[str, Unit]:
        return {name: about.unit for name, about in self.settings().items()}

    @cached_property
    def _narrowest(self) -> str:
        """Whose settings this check runs with, when no single one of them decided."""
        whose = set(self.scopes.values()) - {DEFAULT}
        return next((w for w in ("account", "workspace") if w in whose), DEFAULT)
