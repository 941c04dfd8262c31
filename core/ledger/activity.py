"""Money that moved at the broker without a trade: every kind has its account in the books."""

from collections.abc import Mapping
from typing import Final

from core.domain.entry import Entry, Posting
from core.domain.money import rounded
from core.domain.reading import Activity

ACCOUNTS: Final[Mapping[str, str]] = {
    "deposit": "equity:transfers",
    "withdrawal": "equity:transfers",
    "fee": "expenses:fees",
    "borrow_fee": "expenses:borrow",
    "interest": "income:interest",
    "dividend": "income:dividends",
}
PAID: Final[Mapping[str, str]] = {  # what is income when it comes, and no negative income when it goes
    "interest": "expenses:interest",
    "dividend": "expenses:dividends_paid",
}
UNEXPLAINED: Final = "equity:unexplained"


def moved(activity: Activity, *, account_id: str, entry_id: str, words: str = "") -> Entry:
    """Cash in or out, against the account its kind names; a kind we do not know is kept apart, in the broker's words."""
    ledger_account = ACCOUNTS.get(activity.kind, UNEXPLAINED)
    if activity.value < 0:
        ledger_account = PAID.get(activity.kind, ledger_account)
    if ledger_account == UNEXPLAINED and not words:
        words = f"The broker calls this “{activity.kind}”. {activity.note}".rstrip()
    value = rounded(activity.value)
    return Entry(
        id=entry_id,
        at=activity.at,
        source=f"activity:{account_id}:{activity.id}",
        postings=(
            Posting.money(account_id, "cash", value, activity.currency),
            Posting.money(account_id, ledger_account, -value, activity.currency),
        ),
        note=words or activity.note,
    )
