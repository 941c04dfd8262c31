"""Telegram, by a bot of one's own that writes into one chat."""

import re
from dataclasses import dataclass, field
from typing import ClassVar, Final

import msgspec

from core.notify.message import Message
from core.notify.post import host_of, post
from core.notify.ways.base import Way, asked

_TOKEN: Final = re.compile(r"[0-9]{3,20}:[A-Za-z0-9_-]{20,80}")
_CHAT: Final = re.compile(r"-?[0-9]{1,20}|@[A-Za-z0-9_]{3,40}")
_LONGEST: Final = 4000  # of 4,096


@dataclass(frozen=True)
class Telegram(Way):
    """Everything goes through Telegram's machines, where it can be read."""

    title: ClassVar[str] = "Telegram"
    words: ClassVar[str] = (
        "A bot writes to you. Ask @BotFather for one, write to it once, then give its token and your chat."
    )
    token: str = field(default="", repr=False, metadata=asked("Bot token", "123456789:AA…", secret=True))
    chat: str = field(default="", metadata=asked("Chat", "A number, such as 123456789"))
    at: str = "https://api.telegram.org"

    def problem(self) -> str:
        if not _TOKEN.fullmatch(self.token):
            return "The bot token is a number, a colon and about 35 letters. Copy it from @BotFather."
        if not _CHAT.fullmatch(self.chat):
            return "The chat is a number, or a channel's name with @."
        return ""

    @property
    def leads_to(self) -> str:
        return host_of(self.at)

    def tell(self, message: Message) -> None:
        body = {"chat_id": self.chat, "text": message.whole[:_LONGEST], "disable_notification": not message.loud}
        post(f"{self.at}/bot{self.token}/sendMessage", msgspec.json.encode(body))
