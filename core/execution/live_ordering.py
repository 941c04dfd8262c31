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
    _past: bool = False  # enough small orders have traded, and that stays so

    @property
    def kind(self) -> WorkspaceKind:
        """For life. A database that does not say is taken for live: it sends nothing."""
        if self._kind is None:
            workspace = self.store.accounts.workspace()
            if workspace is None:
                return WorkspaceKind.LIVE
            self._kind = workspace.kind
        return self._kind

    def terms(self) -> LiveTerms | None:
        """None = no real money moves here."""
        if self.kind is not WorkspaceKind.LIVE:
            return None
        return LiveTerms(opened=bool(self.kept(OPENED)), small_left=0 if self.kept(LIFTED) else SMALL - self.small())

    def small(self) -> int:
        """How many of the first orders have traded."""
        if self._past:
            return SMALL
        traded = self.store.orders.traded_at_risk(SMALL)
        self._past = traded >= SMALL
        return traded

    def kept(self, name: str) -> dict[str, str]:
        if name not in self._memory:
            self._memory[name] = self.store.settings.get(name)
        return self._memory[name]

    def keep(self, name: str, value: dict[str, str]) -> None:
        """Inside a unit."""
        self.store.settings.set(name, value)
        self.store.unit.keep(self._memory, name, value)
