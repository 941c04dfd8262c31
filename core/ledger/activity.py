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
    "interest": "income:interest",
    "dividend": "income:dividends",
}
UNEXPLAINED: Final = "equity:unexplained"


def moved(activity: Activity, *, account_id: str, entry_id: str) -> Entry:
    """Cash in or out, against the account its kind names; a kind we do not know is kept apart, in the broker's words."""
    ledger_account = ACCOUNTS.get(activity.kind, UNEXPLAINED)
    known = ledger_account != UNEXPLAINED
    value = rounded(activity.value)
    return Entry(
        id=entry_id,
        at=activity.at,
        source=f"activity:{account_id}:{activity.id}",
        postings=(
            Posting.money(account_id, "cash", value, activity.currency),
            Posting.money(account_id, ledger_account, -value, activity.currency),
        ),
        note=activity.note if known else f"The broker calls this “{activity.kind}”. {activity.note}".rstrip(),
    )
