"""The sample an account began with: where its books begin, and which part of its past it is."""

from datetime import datetime
from decimal import Decimal
from typing import Final

from core.domain.account import Account
from core.domain.sample import Sample
from core.engine.engine import Engine
from core.ledger.opening import opening
from core.store.store import Store

_NAME: Final = "sample:"


def begin_books(store: Store, account: Account, sample: Sample, cash: Decimal) -> None:
    """Inside a unit: with the cash it began with, back then. What it did since is read like everything else."""
    booking = opening(
        (),
        {account.currency: cash},
        account_id=account.id,
        entry_id=store.books.next_entry_id(),
        at=sample.since,
    )
    store.books.book(booking)
    kept = {"since": sample.since.isoformat(), "until": sample.until.isoformat()}
    store.settings.set(f"{_NAME}{account.id}", kept)
    title = f"{account.name}: the books begin with a sample of {sample.since:%d %b} to {sample.until:%d %b %Y}"
    store.journal.write("opening", title, booking.entry)


def sample_of(engine: Engine, account_id: str) -> Sample | None:
    """On the desk thread. None = everything in the account is the person's own."""
    if account_id not in engine.samples:  # written with the account, and never again
        kept = engine.store.settings.get(f"{_NAME}{account_id}")
        engine.samples[account_id] = _read(kept) if kept else None
    return engine.samples[account_id]


def _read(kept: dict[str, str]) -> Sample:
    return Sample(since=datetime.fromisoformat(kept["since"]), until=datetime.fromisoformat(kept["until"]))
