"""What goes into an order file so that anybody can check its journal rows: by a program of twenty lines, or by hand."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from core.channel.facets.journal import SealedRow

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
CHECK: Final = '''"""Checks the journal rows beside this file. Needs Python alone: python3 verify.py"""

import json
from hashlib import sha256
from pathlib import Path

rows = json.loads(Path(__file__).with_name("journal.json").read_text("utf-8"))
wrong = []
before = None
for row in rows:
    words = [row[name] for name in ("kind", "who", "order_id", "title")]
    numbers = [row["seq"], row["recorded_at"], row["market_at"], row["about"], *map(len, words)]
    line = " ".join(map(str, numbers)) + " " + "".join(words) + row["body"]
    if sha256(bytes.fromhex(row["seal_before"]) + line.encode("utf-8")).hexdigest() != row["seal"]:
        wrong.append(f"row {row['seq']} is not what was written")
    if before and before["seq"] >= row["seq"]:
        wrong.append(f"row {row['seq']} stands in the wrong place")
    if before and before["seq"] + 1 == row["seq"] and before["seal"] != row["seal_before"]:
        wrong.append(f"row {row['seq']} does not follow on row {before['seq']}")
    before = row
print("\\n".join(wrong) or f"{len(rows)} rows, each as it was written")
raise SystemExit(1 if wrong or not rows else 0)
'''
HOW: Final = """How to check this order file
============================

Every row of the desk's journal carries a seal: SHA-256 over the seal of the row before it and everything in the row itself.
journal.json holds this order's rows as they are stored, each with its own seal and the seal before it.

With Python:   python3 verify.py   says whether every row still is what was written.

By hand, for one row: write the line

    seq recorded_at market_at about L1 L2 L3 L4 kind who order_id title body

with one space after each of the first eight and none after that; L1 to L4 are the lengths in characters of kind, who,
order_id and title; about is None where it is null. The times are microseconds since 1 January 1970, UTC. Put the 32 bytes of
seal_before in front of it (nothing, for the first row of all), in UTF-8, and take the SHA-256: it is the row's seal.
Where one row has the number after the other's, seal_before is the other's seal.

What this shows and what it does not: a row changed in this file does not fit its seal any more. Who changes a row and works
its seal out anew is found out at the desk: on the page Journal each row shows its seal, every row after it depends on it, and
the desk signs its newest seal each day. Whether a row was left out
of this file is seen there too: look for the order's number. order.html and order.json are made from the same rows, to be read.
"""


def micros(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(microseconds=1)


def rows_json(rows: Sequence[SealedRow]) -> str:
    """The rows exactly as the seal covers them."""
    stored: list[dict[str, Any]] = [
        {
            "seq": row.seq,
            "recorded_at": micros(row.recorded_at),
            "market_at": micros(row.market_at),
            "kind": row.kind,
            "who": row.who,
            "order_id": row.order_id,
            "about": row.about,
            "title": row.title,
            "body": row.body,
            "seal_before": row.hash_before,
            "seal": row.hash,
        }
        for row in rows
    ]
    return json.dumps(stored, indent=1, ensure_ascii=False)
