"""Who may trade at all: stops and freezes, each with its reason, for the workspace, an account or one instrument."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from core.domain.workspace import Level
from core.risk.limits import WORKSPACE

STRICTNESS: Final = {Level.ACTIVE: 0, Level.CLOSING_ONLY: 1, Level.STOPPED: 2}


def instrument_scope(account_id: str, instrument_id: str) -> str:
    """The scope of one instrument in one account."""
    return f"{account_id}/{instrument_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Restriction:
    """One limit on trading. The same cause restricts a scope once; different causes stand beside each other."""

    scope: str  # "workspace", an account id, or account id + "/" + instrument id
    level: Level
    reason: str
    since: datetime  # real time
    by: str  # person, check, reconciliation, file


@dataclass(frozen=True, slots=True)
class TradingLevels:
    """Every restriction in force. Immutable."""

    restrictions: tuple[Restriction, ...] = ()

    def strictest(self, account_id: str, instrument_id: str = "") -> tuple[Level, str]:
        """How much trading is allowed there, and why not more."""
        if not self.restrictions:
            return Level.ACTIVE, ""
        scopes = (WORKSPACE, account_id, instrument_scope(account_id, instrument_id))
        here = [r for r in self.restrictions if r.scope in scopes]
        worst = max(here, key=lambda r: STRICTNESS[r.level], default=None)
        return (worst.level, worst.reason) if worst else (Level.ACTIVE, "")

    def add(self, restriction: Restriction) -> "TradingLevels":
        """With one more; it takes the place of an earlier one with the same scope and cause. ACTIVE lifts it."""
        rest = self.remove(restriction.scope, restriction.by)
        return rest if restriction.level is Level.ACTIVE else TradingLevels((*rest.restrictions, restriction))

    def remove(self, scope: str, by: str = "") -> "TradingLevels":
        """Without that scope's restriction by one cause, or by any."""
        return TradingLevels(tuple(r for r in self.restrictions if r.scope != scope or (by and r.by != by)))

    def at(self, scope: str) -> tuple[Restriction, ...]:
        """What restricts exactly this scope."""
        return tuple(r for r in self.restrictions if r.scope == scope)
