"""What states and ages are called on the screen and in the terminal."""

from datetime import datetime, timedelta
from typing import Final

from core.domain.account import Account
from core.domain.order import Status

STATE: Final = {
    Status.DRAFT: "Draft",
    Status.INTENT: "Waits here",
    Status.SENDING: "Being sent",
    Status.ACKED: "Working",
    Status.PARTIAL: "Partly filled",
    Status.FILLED: "Filled",
    Status.CANCELED: "Cancelled",
    Status.EXPIRED: "Expired",
    Status.REJECTED: "Rejected",
    Status.UNSENT: "Not sent",
    Status.UNKNOWN: "Not confirmed by the broker",
    Status.ABANDONED: "Dropped before sending",
    Status.REPLACED: "Replaced",
    Status.ATTESTED: "Ended on your word",
    Status.CANCEL_PENDING: "Being cancelled",
    Status.REPLACE_PENDING: "Being changed",
}


def age(span: timedelta) -> str:
    """0.4 s, 48 s, 3 min, 2 h."""
    seconds = max(span.total_seconds(), 0)
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.0f} h"


def ago(at: datetime, now: datetime) -> str:
    """How long ago."""
    return f"{age(now - at)} ago"


def run_name(account: Account, number: int) -> str:
    """A practice account is a run; any other goes by its own name."""
    return f"Run {number}" if account.broker == "practice" else account.name
