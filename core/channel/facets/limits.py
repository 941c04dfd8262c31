"""The numbers the checks apply, and who changed them."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitView:
    """One setting of one check."""

    check: str  # "R21"
    title: str
    setting: str  # block_above
    label: str  # in words
    value: Decimal  # in force
    default: Decimal
    unit: str  # share (0.25 is written 25%), money, seconds or count
    scope: str  # whose value applies: account, workspace or default


@dataclass(frozen=True, slots=True, kw_only=True)
class UseView:
    """How much of one limit is used now."""

    check: str  # "R20"
    title: str  # "Loss of the day"
    label: str  # "Loss today"
    used: Decimal
    limit: Decimal
    near: Decimal | None  # from here on a person is told
    unit: str  # share, money or count
    state: str  # calm, near or over


class Limits(Protocol):
    """Limits are settings: editable, and every edit is journaled."""

    def all(self, account_id: str = "") -> tuple[LimitView, ...]:
        """Every limit in force for this account; empty = the workspace."""
        ...

    def used(self, account_id: str = "") -> tuple[UseView, ...]:
        """How much of them this account uses now. With several accounts one has to be named."""
        ...

    def change(self, check: str, setting: str, value: str, reason: str, account_id: str = "") -> LimitView:
        """Set one. BadInput when it cannot be read or excludes another limit."""
        ...

    def reset(self, check: str, setting: str, reason: str, account_id: str = "") -> LimitView:
        """Back to the default."""
        ...

    def presets(self) -> tuple[str, ...]:
        """Named sets that fit a way of investing."""
        ...

    def preview(self, name: str) -> tuple[LimitView, ...]:
        """Every limit as it would be with a named set. Nothing is changed."""
        ...

    def use_preset(self, name: str, reason: str, account_id: str = "") -> tuple[LimitView, ...]:
        """Put a named set in place of everything set by hand in this scope."""
        ...
