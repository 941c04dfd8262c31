"""A message as JSON to an address of one's own: a program on this machine, or a service that takes such a POST."""

from dataclasses import dataclass, field
from typing import ClassVar

import msgspec

from core.notify.message import Message
from core.notify.post import bad_address, host_of, post
from core.notify.ways.base import Way, asked


@dataclass(frozen=True)
class Webhook(Way):
    """An address is usually all it takes to write there, so it is a secret unless it leads to this machine."""

    title: ClassVar[str] = "Webhook"
    words: ClassVar[str] = "A POST with title, text and loud as JSON, to a program or service of yours."
    url: str = field(
        default="",
        repr=False,
        metadata=asked("Address", "http://127.0.0.1:8123/… on this machine, https://… elsewhere", secret=True),
    )

    def problem(self) -> str:
        return bad_address(self.url) if self.url else "Type the address."

    @property
    def leads_to(self) -> str:
        return host_of(self.url)

    def tell(self, message: Message) -> None:
        post(self.url, msgspec.json.encode({"title": message.title, "text": message.text, "loud": message.loud}))
