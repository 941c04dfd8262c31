"""What leaves this machine: to whom, and what of it, as things are set up now."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideView:
    """One reason to call another machine."""

    what: str  # "Telegram", "Heartbeat", the name of a connection
    host: str  # its name and nothing else of an address; empty = not known now
    sends: str
    when: str
    trouble: str = ""  # why its host is not known, or why nothing is sent now


class Outside(Protocol):
    """Worked out from what is set up, never from a list that was written once."""

    def all(self) -> tuple[OutsideView, ...]:
        """Every one there is; none = nothing leaves."""
        ...
