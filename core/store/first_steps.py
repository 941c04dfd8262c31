"""Which of a person's first steps the orders and the journal tell of."""

import sqlite3
from typing import Final

_ASKED: Final = {
    "order": "SELECT EXISTS (SELECT 1 FROM orders WHERE broker_order_id IS NOT NULL)",
    "stop": "SELECT EXISTS (SELECT 1 FROM orders WHERE stop_price IS NOT NULL AND broker_order_id IS NOT NULL)",
    "plug": "SELECT EXISTS (SELECT 1 FROM journal WHERE kind='practice.plug')",
    "crash_day": "SELECT EXISTS (SELECT 1 FROM journal WHERE kind='crash_day.report')",
    "passphrase": "SELECT EXISTS (SELECT 1 FROM journal WHERE kind='vault.made')",
    "quote": "SELECT EXISTS (SELECT 1 FROM journal WHERE kind='first.look' AND body='{\"step\":\"quote\"}')",
    "why": "SELECT EXISTS (SELECT 1 FROM journal WHERE kind='first.look' AND body='{\"step\":\"why\"}')",
    "limits": "SELECT EXISTS (SELECT 1 FROM journal WHERE kind='first.look' AND body='{\"step\":\"limits\"}')",
}
STEPS: Final = tuple(_ASKED)


def done(connection: sqlite3.Connection, known: frozenset[str]) -> frozenset[str]:
    """Those that are not known to be done yet, and are."""
    return frozenset(
        step for step, sql in _ASKED.items() if step not in known and connection.execute(sql).fetchone()[0]
    )
