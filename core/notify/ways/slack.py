"""Slack, by an incoming webhook: an address Slack makes for one channel."""

from dataclasses import dataclass, field
from typing import ClassVar

import msgspec

from core.notify.message import Message
from core.notify.post import bad_address, host_of, post
from core.notify.ways.base import Way, asked


@dataclass(frozen=True)
class Slack(Way):
    """Whoever has the address can write there."""

    title: ClassVar[str] = "Slack"
    words: ClassVar[str] = "Into one channel. Make an incoming webhook for it in Slack, and copy its address."
    url: str = field(
        default="",
        repr=False,
        metadata=asked("Webhook address", "https://hooks.slack.com/services/…", secret=True),
    )

    def problem(self) -> str:
        return bad_address(self.url) if self.url else "Type the webhook's address."

    @property
    def leads_to(self) -> str:
        return host_of(self.url)

    def tell(self, message: Message) -> None:
        words = message.whole.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        post(self.url, msgspec.json.encode({"text": words, "mrkdwn": False, "unfurl_links": False}))
