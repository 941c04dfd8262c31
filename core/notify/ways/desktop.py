"""A small window of the system's own, on this machine's screen."""

from dataclasses import dataclass
from typing import ClassVar

from core.domain.errors import NotTold
from core.notify.message import Message, plain
from core.notify.ways.base import LONGEST, Way
from core.system import show_on_desktop


@dataclass(frozen=True)
class Desktop(Way):
    """Nothing leaves the machine; nobody sees it who does not sit there."""

    title: ClassVar[str] = "Desktop"
    words: ClassVar[str] = "A note of the system's on this machine's screen. Nothing leaves the machine."

    def problem(self) -> str:
        return ""

    @property
    def leads_to(self) -> str:
        return ""

    def tell(self, message: Message) -> None:
        lines = "\n".join(plain(line, 200) for line in message.text.splitlines()[:6])
        if words := show_on_desktop(message.title, lines, loud=message.loud, seconds=LONGEST):
            raise NotTold(words)
