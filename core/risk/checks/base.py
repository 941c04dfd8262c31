"""What every check before a trade promises: it looks at one order and one picture, and says what it thinks."""

from abc import ABC, abstractmethod
from typing import ClassVar

from core.domain.order import Order
from core.domain.verdict import Outcome, Verdict
from core.domain.view import AccountView


class RiskCheck(ABC):
    """Limits as settings, and one verb. Members are frozen dataclasses; a check never raises and never asks anybody."""

    code: ClassVar[str]  # "R21"
    title: ClassVar[str]  # what it looks at, in a trader's words
    holds_the_door: ClassVar[bool] = False  # True: blocks even an order that only reduces
    overridable: ClassVar[bool] = False  # True: a person may lift its block with a typed reason

    @abstractmethod
    def verdict(self, order: Order, view: AccountView) -> Verdict:
        """What this check says about the order."""

    def ok(self, inputs: str = "", limit: str = "") -> Verdict:
        """Nothing to say."""
        return Verdict(check=self.code, outcome=Outcome.PASS, title=self.title, inputs=inputs, limit=limit)

    def warn(self, message: str, inputs: str = "", limit: str = "") -> Verdict:
        """A person should look."""
        return self._say(Outcome.WARN, message, inputs, limit)

    def block(self, message: str, inputs: str = "", limit: str = "") -> Verdict:
        """Not like this."""
        return self._say(Outcome.BLOCK, message, inputs, limit)

    def needs(self, what: str) -> Verdict:
        """Cannot be judged: blocks what adds risk, never what reduces it."""
        return self._say(Outcome.NEEDS_DATA, f"Cannot be checked without {what}.", "", "")

    def _say(self, outcome: Outcome, message: str, inputs: str, limit: str) -> Verdict:
        return Verdict(
            check=self.code,
            outcome=outcome,
            title=self.title,
            inputs=inputs,
            limit=limit,
            message=message,
            overridable=self.overridable,
        )
