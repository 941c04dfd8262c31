"""E-mail, handed to a mail server of one's own."""

import re
import smtplib
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import make_msgid
from typing import ClassVar, Final

from core.domain.errors import NotTold
from core.notify.message import Message, plain
from core.notify.post import HERE, cut, over_within
from core.notify.ways.base import LONGEST, PATIENCE, Way, asked

_ADDRESS: Final = re.compile(r"[A-Za-z0-9._%+'-]{1,64}@[A-Za-z0-9.-]{1,190}")
_HOST: Final = re.compile(r"[A-Za-z0-9.:-]{1,190}")
_AT_ONCE: Final = 465  # encrypted from the first byte; every other port is asked to begin


@dataclass(frozen=True)
class Email(Way):
    """Encrypted with a certificate that is checked; only a server on this machine may do without."""

    title: ClassVar[str] = "E-mail"
    words: ClassVar[str] = "Through your mail provider. Most ask for an app password made for this."
    host: str = field(default="", metadata=asked("Mail server", "smtp.example.com"))
    port: str = field(default="587", metadata=asked("Port", "587, or 465"))
    user: str = field(default="", metadata=asked("User", "Leave it empty if the server asks for none", needed=False))
    password: str = field(default="", repr=False, metadata=asked("Password", "", secret=True, needed=False))
    sender: str = field(default="", metadata=asked("From", "desk@example.com"))
    to: str = field(default="", metadata=asked("To", "you@example.com"))

    def problem(self) -> str:
        if not _HOST.fullmatch(self.host):
            return "The mail server is a name such as smtp.example.com."
        if not self.port.isdecimal() or not 0 < int(self.port) < 65536:
            return "The port is a number, usually 587 or 465."
        if not _ADDRESS.fullmatch(self.sender) or not _ADDRESS.fullmatch(self.to):
            return "From and To are e-mail addresses such as you@example.com."
        if bool(self.user) != bool(self.password):
            return "A user has a password: give both, or neither."
        return ""

    @property
    def leads_to(self) -> str:
        return "" if self.host in HERE else self.host

    def tell(self, message: Message) -> None:
        try:
            line = self._line()
        except (OSError, smtplib.SMTPException) as error:
            raise NotTold(f"{self.host} could not be reached: {_why(error)}.") from error
        with over_within(LONGEST, lambda: cut(line.sock)):
            try:
                self._greet(line)
                line.send_message(self._letter(message))
            except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused) as error:
                raise NotTold(f"{self.host} did not take it: {_why(error)}.") from error
            except smtplib.SMTPNotSupportedError as error:
                raise NotTold(f"{self.host} cannot do what is needed: {_why(error)}") from error
            except (OSError, smtplib.SMTPException) as error:
                raise NotTold(f"{self.host} gave no answer in time: {_why(error)}.", maybe=True) from error
            finally:
                line.close()

    def _line(self) -> smtplib.SMTP:
        if int(self.port) == _AT_ONCE:
            line: smtplib.SMTP = smtplib.SMTP_SSL(
                self.host, _AT_ONCE, timeout=PATIENCE, context=ssl.create_default_context(), local_hostname="localhost"
            )
        else:
            line = smtplib.SMTP(self.host, int(self.port), timeout=PATIENCE, local_hostname="localhost")
        line.set_debuglevel(0)  # switched on for the whole process it would print the password
        return line

    def _greet(self, line: smtplib.SMTP) -> None:
        if self.host not in HERE and int(self.port) != _AT_ONCE:
            line.starttls(context=ssl.create_default_context())
        if self.user:
            line.login(self.user, self.password)

    def _letter(self, message: Message) -> EmailMessage:
        letter = EmailMessage()
        letter["Subject"] = message.title
        letter["From"], letter["To"] = self.sender, self.to
        letter["Message-ID"] = make_msgid(domain="quarterdeck.invalid")
        if message.loud:
            letter["X-Priority"] = "1"
        letter.set_content(message.text or message.title)
        return letter


def _why(error: Exception) -> str:
    """A server's answer may repeat what it was given; only its number and our own words go on."""
    if isinstance(error, smtplib.SMTPResponseException):
        what = "user or password is wrong" if isinstance(error, smtplib.SMTPAuthenticationError) else "it said no"
        return f"{what} ({error.smtp_code})"
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return "it does not deliver to that address"
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return "it offers no encryption or no login."
    return plain(str(error), 100) or type(error).__name__
