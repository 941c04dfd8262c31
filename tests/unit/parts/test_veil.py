"""What is covered in a sentence while amounts are hidden, and what stays."""

import pytest

from pages.parts import veil as veiling
from pages.parts.veil import COVER, veil


@pytest.fixture(autouse=True)
def _hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(veiling, "hidden", lambda: True)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Not sent: needs 7,300.00 USD, you have 5,118.40.", f"Not sent: needs {COVER} USD, you have {COVER}."),
        ("Buy 40 NVDA at limit 182.50", f"Buy {COVER} NVDA at limit {COVER}"),
        ("Partly filled: 12 of 40", f"Partly filled: {COVER} of {COVER}"),
        ("You may end up short 100.", f"You may end up short {COVER}."),
        ("Today −38.25 ↓", f"Today {COVER}"),
        ("NVDA would be 13.40% of the account, your limit is 12.5%.", None),
        ("4 orders still open at the broker", None),
        ("Seen at 14:32:07 on 20 Nov 2026, 48 s ago", None),
        ("Order 20261120-000101 waits, R21 says why", None),
        ("Cost 3.9 bps at 60×", None),
        ("Run 2 ends, no. 17 · Fill", None),
    ],
)
def test_amounts_are_covered_and_the_rest_stays(text: str, shown: str | None) -> None:
    assert veil(text) == (text if shown is None else shown)


def test_nothing_is_covered_while_nothing_is_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(veiling, "hidden", lambda: False)
    assert veil("needs 7,300.00 USD") == "needs 7,300.00 USD"
