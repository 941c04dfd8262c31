"""Wrong tries cost time, also over restarts; a session ends after half an hour without a hand (S8, S9)."""

from datetime import timedelta
from pathlib import Path

import pytest

from core.domain.errors import WrongPassphrase
from core.vault import tries
from core.vault.sessions import IDLE, Sessions
from core.vault.tries import LONGEST, Patience
from tests.fakes.clock import FakeClock

SECOND = timedelta(seconds=1)


def wrong(patience: Patience) -> None:
    patience.count()


def test_ten_wrong_tries_wait_longer_and_longer(tmp_path: Path) -> None:
    clock = FakeClock()
    patience = Patience(tmp_path / "tries", clock)
    waits = []
    for _ in range(14):
        clock.advance(patience.wait.total_seconds())
        wrong(patience)
        waits.append(patience.wait.total_seconds())
    assert waits == [0, 0, 0, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]
    assert sum(waits[:10]) > 240  # ten tries take minutes
    assert timedelta(minutes=5) == LONGEST


def test_who_does_not_wait_is_not_listened_to_and_says_nothing_of_the_passphrase(tmp_path: Path) -> None:
    clock = FakeClock()
    patience = Patience(tmp_path / "tries", clock)
    for _ in range(4):
        wrong(patience)
    with pytest.raises(WrongPassphrase, match=r"After 4 wrong tries .* Try again in 2 s"):
        patience.count()
    clock.advance(1.9)
    with pytest.raises(WrongPassphrase, match=r"in 1 s"):
        patience.count()
    clock.advance(0.1)
    patience.count()


def test_a_restart_wins_nothing(tmp_path: Path) -> None:
    clock = FakeClock()
    for _ in range(4):
        wrong(Patience(tmp_path / "tries", clock))  # killed after each
    again = Patience(tmp_path / "tries", clock)
    assert again.wait == 2 * SECOND
    assert (tmp_path / "tries").stat().st_mode & 0o777 == 0o600
    clock.advance(2)
    again.count()
    again.forget()
    assert again.wait == timedelta(0)
    assert Patience(tmp_path / "tries", clock).wait == timedelta(0)
    assert list(tmp_path.iterdir()) == []


def test_a_clock_that_is_set_back_locks_nobody_out(tmp_path: Path) -> None:
    clock = FakeClock()
    for _ in range(5):
        clock.advance(60)
        wrong(Patience(tmp_path / "tries", clock))
    clock.advance(-86_400)
    assert Patience(tmp_path / "tries", clock).wait == 4 * SECOND


def test_a_full_disk_counts_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, content: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tries, "write_private", full)
    patience = Patience(tmp_path / "tries", FakeClock())
    for _ in range(4):
        wrong(patience)
    assert patience.wait == 2 * SECOND


@pytest.mark.parametrize("content", [b"", b"{", b'{"wrong":"x"}', b"\xff"])
def test_a_broken_note_keeps_nobody_out(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "tries").write_bytes(content)
    assert Patience(tmp_path / "tries", FakeClock()).wait == timedelta(0)


# sessions -----------------------------------------------------------------------------------------------------------


def test_it_locks_at_half_an_hour_and_not_a_second_before() -> None:
    clock = FakeClock()
    sessions = Sessions(clock)
    ticket = sessions.begin()
    assert timedelta(minutes=30) == IDLE
    clock.advance(29 * 60 + 59)
    assert sessions.knows(ticket)
    assert sessions.left(ticket) == SECOND
    clock.advance(1)
    assert not sessions.knows(ticket)
    assert not sessions.touch(ticket)  # too late
    assert sessions.left(ticket) == timedelta(0)


def test_looking_keeps_nothing_open_and_a_hand_does() -> None:
    clock = FakeClock()
    sessions = Sessions(clock)
    looked, used = sessions.begin(), sessions.begin()
    for _ in range(1799):
        clock.advance(1)
        assert sessions.knows(looked)
    assert sessions.touch(used)
    clock.advance(1)
    assert not sessions.knows(looked)
    assert sessions.knows(used)


def test_a_ticket_is_known_by_its_hash_and_guessed_by_nobody() -> None:
    sessions = Sessions(FakeClock())
    ticket = sessions.begin()
    assert len(ticket) >= 43
    assert ticket not in repr(vars(sessions))
    for other in ("", " ", ticket[:-1], ticket + "A", ticket.swapcase()):
        assert not sessions.knows(other)
    assert sessions.begin() != ticket


def test_locking_ends_them_all_and_too_many_end_the_oldest() -> None:
    clock = FakeClock()
    sessions = Sessions(clock)
    tickets = []
    for _ in range(65):
        tickets.append(sessions.begin())
        clock.advance(1)
    assert [sessions.knows(ticket) for ticket in tickets] == [False] + [True] * 64
    sessions.end_all()
    assert not any(sessions.knows(ticket) for ticket in tickets)
