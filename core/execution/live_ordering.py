"""What a workspace may send yet, read from its own disk: nobody hands it in, so no way to an order can leave it out."""

from dataclasses import dataclass, field
from typing import Final

from core.domain.live import SMALL, LiveTerms
from core.domain.workspace import WorkspaceKind
from core.store.store import Store

OPENED: Final = "live.opened"  # when, on what evidence
LIFTED: Final = "live.lifted"  # why the first orders need not be small


@dataclass(slots=True)
class LiveOrdering:
    """Belongs to the desk thread."""

    store: Store
    _kind: WorkspaceKind | None = None
    _memory: dict[str, dict[str, str]] = field(default_factory=dict)
    _past: set[str] = field(default_factory=set)  # accounts of which enough small orders have traded; that stays so

    @property
    def kind(self) -> WorkspaceKind:
        """For life. A database that does not say is taken for live: it sends nothing."""
        if self._kind is None:
            workspace = self.store.accounts.workspace()
            if workspace is None:
                return WorkspaceKind.LIVE
            self._kind = workspace.kind
        return self._kind

    def terms(self, account_id: str) -> LiveTerms | None:
        """None = no real money moves here."""
        if self.kind is not WorkspaceKind.LIVE:
            return None
        left = 0 if self.kept(LIFTED) else SMALL - self.small(account_id)
        return LiveTerms(opened=bool(self.kept(OPENED)), small_left=left)

    def small(self, account_id: str) -> int:
        """How many of an account's first orders have traded."""
        if account_id in self._past:
            return SMALL
        traded = self.store.orders.traded_at_risk(account_id, SMALL)
        if traded >= SMALL:
            self._past.add(account_id)
        return traded

    def kept(self, name: str) -> dict[str, str]:
        if name not in self._memory:
            self._memory[name] = self.store.settings.get(name)
        return self._memory[name]

    def keep(self, name: str, value: dict[str, str]) -> None:
        """Inside a unit."""
        self.store.settings.set(name, value)
        self.store.unit.keep(self._memory, name, value)
