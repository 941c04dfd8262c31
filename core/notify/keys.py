"""Where the secrets of the ways lie: in the workspace's vault and nowhere else."""

from typing import Final, Protocol

NO_VAULT: Final = (
    "It takes a secret, and this version has no vault to keep one in. Ways on this machine need none: use those."
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


class NoKeys:
    """Of a workspace that keeps no secrets."""

    why_not: str = NO_VAULT

    def holds(self, way: str, field: str) -> bool:
        return False

    def read(self, way: str, field: str) -> str:
        return ""
