"""Every way the desk says no, as one tree.

DeskError
├── OrderRefused        our own decision; nothing left the machine
│   ├── RiskBreach      one or more checks blocked it (carries the verdicts)
│   ├── TradingStopped  trading is stopped or closing only
│   ├── MarketClosed    the session does not take it now
│   └── NotConfirmed    a person has to look at it again first
├── BrokerError
│   ├── OrderRejected   the broker said no: final
│   ├── BrokerDown      never sent: may be tried again
│   │   └── SignedOut   until a person has signed in again
│   └── OutcomeUnknown  maybe sent: look it up, never resend blindly
├── MarketDataError
│   ├── StaleQuote
│   └── NoQuote
├── BadInput            what was typed cannot be used; nothing was done
├── VaultError          the vault cannot be used as asked
│   ├── WrongPassphrase or the code with it; whatever of the two it was
│   │   └── TooManyTries it was not even looked at
│   └── Locked          a passphrase has to be shown first
├── StoreError          the database cannot be trusted or written; nothing was sent
├── NotTold             a message did not reach its person; the desk goes on
├── DeskUnreachable     the engine is down or did not answer in time
├── IllegalTransition   an order cannot go there from here
└── LedgerUnbalanced    a bug of ours: stop trading, keep the evidence

Every message says what failed, what was not done, and what to do next.
"""

from collections.abc import Sequence
from traceback import format_tb
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.domain.verdict import Verdict


class DeskError(Exception):
    """The one thing a page catches."""


class OrderRefused(DeskError):
    """We decided not to send it."""


class RiskBreach(OrderRefused):
    """At least one check blocked the order."""

    def __init__(self, message: str, verdicts: "Sequence[Verdict]" = ()) -> None:
        super().__init__(message)
        self.verdicts = tuple(verdicts)


class TradingStopped(OrderRefused):
    """Trading is stopped, or only closing is allowed."""


class MarketClosed(OrderRefused):
    """The market does not take this order now."""


class NotConfirmed(OrderRefused):
    """The review is gone, used or no longer true: a person looks again."""


class BrokerError(DeskError):
    """Something between us and the broker."""


class OrderRejected(BrokerError):
    """The broker said no. Final."""


class BrokerDown(BrokerError):
    """Nothing left this machine."""


class SignedOut(BrokerDown):
    """The broker does not know us any more: a person signs in again."""


class OutcomeUnknown(BrokerError):
    """It may be at the broker, it may not."""


class MarketDataError(DeskError):
    """A price is missing or cannot be trusted."""


class StaleQuote(MarketDataError):
    """The quote is too old to trade on."""


class NoQuote(MarketDataError):
    """There is no quote."""


class BadInput(DeskError):
    """What was typed cannot be used."""


class StoreError(DeskError):
    """The workspace's database cannot be used as asked."""


class NotTold(DeskError):
    """A message to a person was not delivered."""

    def __init__(self, message: str, *, maybe: bool = False) -> None:
        super().__init__(message)
        self.maybe = maybe  # it may have arrived all the same


class VaultError(DeskError):
    """The workspace's vault cannot be used as asked."""


class WrongPassphrase(VaultError):
    """What was typed does not open it."""


class TooManyTries(WrongPassphrase):
    """The next one has to wait."""


class Locked(VaultError):
    """Somebody has to unlock it first."""


class DeskUnreachable(DeskError):
    """No answer from the engine."""


class IllegalTransition(DeskError):
    """An order cannot go from this state to that one."""


class LedgerUnbalanced(DeskError):
    """An entry whose postings do not sum to nothing."""


def placed(error: Exception) -> str:
    """For a log: its kind and where it arose, and not its words, which may repeat a secret that was given."""
    return f"{type(error).__name__}\n{''.join(format_tb(error.__traceback__))}"
