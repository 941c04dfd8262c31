"""Where the secrets of the ways lie: in the workspace's vault and nowhere else."""

from typing import Final, Protocol

from core.domain.errors import BadInput

NO_VAULT: Final = (
    "It takes a secret, and there is no vault here to keep one in. Ways on this machine need none: use those."
)


class Keys(Protocol):
    """Read when something is sent, and forgotten again."""

    @property
    def why_not(self) -> str:
        """Why nothing secret can be kept or read now; empty = it can."""
        ...

    def holds(self, way: str, field: str) -> bool:
        """Whether something is kept there."""
        ...

    def read(self, way: str, field: str) -> str:
        """What is kept there; empty = nothing, or nobody may read it now."""
        ...

    def keep(self, way: str, field: str, secret: str) -> None:
        """In place of what was there; nothing = it is forgotten."""
        ...


class NoKeys:
    """Of a workspace that keeps no secrets."""

    why_not: str = NO_VAULT

    def holds(self, way: str, field: str) -> bool:
        return False

    def read(self, way: str, field: str) -> str:
        return ""

    def keep(self, way: str, field: str, secret: str) -> None:
        raise BadInput(f"Nothing was kept. {NO_VAULT}")
