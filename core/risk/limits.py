"""The numbers the checks apply: the account's own, else the workspace's, else the defaults."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import Final

from core.channel.facets.limits import LimitView
from core.domain.errors import BadInput
from core.domain.money import typed_number
from core.risk.checks import CHECKS
from core.risk.checks.base import DEFAULT, RiskCheck, Setting, Unit, limit_words

WORKSPACE: Final = "workspace"


PRESETS: Final[Mapping[str, Mapping[tuple[str, str], Decimal]]] = {
    "index investor": {
        ("R02", "share"): Decimal("0.30"),
        ("R18", "a_minute"): Decimal(5),
        ("R18", "a_day"): Decimal(20),
        ("R20", "closing_only_at"): Decimal("0.05"),
        ("R20", "cancel_at"): Decimal("0.08"),
        ("R20", "drawdown"): Decimal("0.35"),
        ("R21", "warn_above"): Decimal("0.05"),
        ("R21", "block_above"): Decimal("0.10"),
    },
    "stocks": {},
    "micro-cap": {
        ("R02", "share"): Decimal("0.03"),
        ("R04", "collar"): Decimal("0.02"),
        ("R04", "spread"): Decimal("0.02"),
        ("R21", "warn_above"): Decimal("0.05"),
        ("R21", "block_above"): Decimal("0.10"),
        ("R21", "sector_warn_above"): Decimal("0.20"),
        ("R21", "sector_block_above"): Decimal("0.30"),
    },
    "small account": {
        ("R02", "share"): Decimal("0.25"),
        ("R20", "closing_only_at"): Decimal("0.05"),
        ("R20", "cancel_at"): Decimal("0.08"),
        ("R20", "drawdown"): Decimal("0.25"),
        ("R21", "warn_above"): Decimal("0.30"),
        ("R21", "block_above"): Decimal("0.40"),
        ("R21", "sector_warn_above"): Decimal("0.60"),
        ("R21", "sector_block_above"): Decimal("0.75"),
    },
}


@dataclass(frozen=True)
class Limits:
    """Stored values over defaults. Immutable: every edit returns a new set, or one sentence saying why not."""

    overrides: Mapping[tuple[str, str, str], Decimal] = field(default_factory=dict)  # scope, check, setting → value

    def checks(self, account_id: str = "") -> tuple[RiskCheck, ...]:
        """Every check with the values that apply to this account; empty = the workspace."""
        return tuple(self._build(kind, account_id) for kind in kinds().values())

    def views(self, account_id: str = "") -> tuple[LimitView, ...]:
        """Every limit in force, with whose it is."""
        return tuple(
            _view(check, name, about) for check in self.checks(account_id) for name, about in check.settings().items()
        )

    def change(self, check: str, setting: str, value: str, account_id: str = "") -> "Limits":
        """With one limit as a person typed it: 0.25 and 25% are the same."""
        about = _setting(check, setting)
        number = _typed(value, about)
        low, high = Decimal(about.low), Decimal(about.high)
        if not low <= number <= high:
            raise BadInput(
                f"{about.label} cannot be {limit_words(number, about.unit)}. Nothing was changed: type a value from "
                f"{limit_words(low, about.unit)} to {limit_words(high, about.unit)}."
            )
        return self._checked({**self.overrides, (account_id or WORKSPACE, check, setting): number})

    def reset(self, check: str, setting: str, account_id: str = "") -> "Limits":
        """Back to the workspace's value, or to the default."""
        _setting(check, setting)
        gone = (account_id or WORKSPACE, check, setting)
        return self._checked({key: value for key, value in self.overrides.items() if key != gone})

    def preset(self, name: str, account_id: str = "") -> "Limits":
        """All of a scope's values as one named set; what was changed there by hand is gone."""
        if name not in PRESETS:
            raise BadInput(f"There is no set called “{name}”. Nothing was changed: choose from {', '.join(PRESETS)}.")
        scope = account_id or WORKSPACE
        rest = {key: value for key, value in self.overrides.items() if key[0] != scope}
        return self._checked(rest | {(scope, *limit): value for limit, value in PRESETS[name].items()})

    def _build(self, kind: type[RiskCheck], account_id: str) -> RiskCheck:
        values: dict[str, Decimal] = {}
        scopes: dict[str, str] = {}
        for name in kind.settings():
            for scope, whose in ((account_id, "account"), (WORKSPACE, "workspace")):
                value = self.overrides.get((scope, kind.code, name))
                if value is not None:
                    values[name], scopes[name] = value, whose
                    break
        return kind(scopes=scopes, **values)

    def _checked(self, overrides: Mapping[tuple[str, str, str], Decimal]) -> "Limits":
        """Limits that exclude each other are refused for everyone they would apply to."""
        limits = Limits(overrides)
        for scope in {WORKSPACE} | {scope for scope, _, _ in overrides}:
            for check in limits.checks("" if scope == WORKSPACE else scope):
                if problem := check.contradiction():
                    where = "" if scope == WORKSPACE else f" for account {scope}"
                    raise BadInput(f"{problem[:-1]}{where}. Nothing was changed: change the other limit first.")
        return limits


@cache
def kinds() -> Mapping[str, type[RiskCheck]]:
    """Every check there is, by code."""
    return {kind.code: kind for kind in sorted(CHECKS.values(), key=lambda kind: kind.code)}


def _setting(check: str, name: str) -> Setting:
    kind = kinds().get(check)
    about = kind.settings().get(name) if kind else None
    if about is None:
        raise BadInput(f"Check {check} has no limit called “{name}”. Nothing was changed: choose one from the list.")
    return about


def _typed(value: str, about: Setting) -> Decimal:
    text = value.strip()
    percent = about.unit is Unit.SHARE and text.endswith("%")
    number = typed_number(text.removesuffix("%") if percent else text, about.label)
    if about.unit is Unit.COUNT and number != number.to_integral_value():
        raise BadInput(f"{about.label} is a whole number. Nothing was changed: type digits such as 12.")
    if about.unit is Unit.SHARE and not percent and number >= 1:
        raise BadInput(f"{about.label}: {text} could mean {text}% or {text}00%. Nothing was changed: write the % sign.")
    return number / 100 if percent else number


def _view(check: RiskCheck, name: str, about: Setting) -> LimitView:
    return LimitView(
        check=check.code,
        title=check.title,
        setting=name,
        label=about.label,
        value=getattr(check, name),
        default=getattr(type(check), name),
        unit=about.unit,
        scope=check.scopes.get(name, DEFAULT),
    )
