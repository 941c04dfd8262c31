"""What every way to reach a person promises: settings, one verb, and a failure that says whether it may have arrived."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Final

from core.notify.message import Message

PATIENCE: Final = 8.0  # seconds for each step
LONGEST: Final = 12.0  # seconds for all of it


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One thing a person has to type to set a way up."""

    name: str
    label: str
    hint: str
    secret: bool  # it lies in the vault, unless it leads to this machine
    needed: bool


class Way(ABC):
    """Members are frozen dataclasses: what a person types is in fields made by `asked`."""

    title: ClassVar[str]
    words: ClassVar[str]  # what it is, in a sentence

    @abstractmethod
    def problem(self) -> str:
        """Why these settings cannot work; empty = they may."""

    @property
    @abstractmethod
    def leads_to(self) -> str:
        """The machine it hands messages to, by name alone, and nothing else of an address; empty = they stay here."""

    @abstractmethod
    def tell(self, message: Message) -> None:
        """Send it within LONGEST, or NotTold. Nothing secret is in what it says then."""

    @classmethod
    def asks(cls) -> tuple[Asked, ...]:
        """What has to be typed, in order."""
        return tuple(
            Asked(name=f.name, **f.metadata["asked"])
            for f in fields(cls)  # type: ignore[arg-type]
            if "asked" in f.metadata
        )


def asked(label: str, hint: str = "", *, secret: bool = False, needed: bool = True) -> Mapping[str, Any]:
    """For the metadata of a field."""
    return {"asked": {"label": label, "hint": hint, "secret": secret, "needed": needed}}
