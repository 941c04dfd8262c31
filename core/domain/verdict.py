"""What a check said about an order, with the number it saw and the limit it applied."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final


class Outcome(StrEnum):
    """From harmless to final."""

    PASS = "pass"
    WARN = "warn"
    BLOCK = "block"
    NEEDS_DATA = "needs_data"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One line of the review."""

    check: str  # "R21"
    outcome: Outcome
    title: str  # what was checked, in words: "Share of the account"
    inputs: str = ""  # the number seen: "11.61%"
    limit: str = ""  # the number allowed: "25%"
    scope: str = "default"  # whose limit applied: account, workspace or default
    message: str = ""  # a sentence, when there is something to say
    overridable: bool = False  # a typed reason can lift this block


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """What a person agreed to when confirming."""

    warnings: tuple[str, ...] = ()  # checks whose warning was seen
    reasons: Mapping[str, str] = field(default_factory=dict)  # check → typed reason that lifts its block
    worst_case_seen: bool = False


NO_CONSENT: Final = Consent()
