"""Every workspace these tests make plays the same market, and one begun anew on another market plays the next."""

import secrets
from itertools import count

import pytest


@pytest.fixture(autouse=True)
def seeds(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that judges prices judges the same ones each time."""
    numbers = count(1)
    monkeypatch.setattr(secrets, "randbelow", lambda below: next(numbers) % below)
