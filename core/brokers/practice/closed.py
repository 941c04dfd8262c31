"""A look at an exchange whose run has ended: why an order of then traded as it did."""

from pathlib import Path

from core.brokers.practice.reasons import of_rest, of_trade
from core.brokers.practice.records import Records
from core.market.sessions import Sessions


def why(file: Path, client_id: str, sessions: Sessions) -> tuple[str, ...]:
    """In sentences, from its file alone; nobody trades there any more."""
    if not file.exists():
        return ("This order belongs to a run that has ended, and its exchange's file is gone.",)
    records = Records(str(file))
    try:
        held = records.find(client_id)
        if held is None or held.ended_at is None:
            return ("The exchange of that run has no such order.",)
        trades = tuple(of_trade(trade) for trade in records.trades_of(client_id))
        return (*trades, *(of_rest(held, held.ended_at, sessions, None) if held.leaves else ()))
    finally:
        records.close()
