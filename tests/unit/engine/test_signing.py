"""Once there is a vault, no edit of the journal stays unseen up to the last signed head, sealed again or not (S16)."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from core.channel.facets.health import Finding
from core.domain.errors import Locked
from core.domain.workspace import Level
from core.engine.jobs import JOBS
from core.store.journal import link
from core.store.snapshot import broken_chain
from core.vault.secret import Secret
from core.vault.signing import fresh_key, public_of, signed
from tests.unit.engine.opened import Opened, opened
from tests.unit.vault.made import WORDS

DAYS = ("2026-09-14", "2026-09-15")


def write(desk: Opened, rows: int) -> None:
    def act() -> None:
        with desk.engine.store.unit:
            for number in range(rows):
                desk.engine.store.journal.write("note", f"row {number}", {"n": number}, who="person")

    desk.engine.thread.ask(act)


def sign(desk: Opened, day: str) -> int | None:
    engine = desk.engine
    return engine.thread.ask(lambda: engine.witness.sign(engine.store, day))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Opened]:
    """Two signed days, and rows after them."""
    with opened(tmp_path) as desk:
        desk.settle(1)
        desk.engine.door.vault.create(WORDS)
        for day in DAYS:
            write(desk, 6)
            assert sign(desk, day)
        write(desk, 3)
        yield desk


def journal(desk: Opened) -> Finding:
    return next(finding for finding in desk.desk.health.doctor() if finding.check == "Journal")


def tampered(desk: Opened, act: Callable[[sqlite3.Connection], None], *, again: bool) -> Finding:
    """Somebody else opens the file and writes into it; again: and seals every row anew, as we do."""
    with closing(sqlite3.connect(desk.folder.database, isolation_level=None)) as other:
        act(other)
        if again:
            seal_again(other)
            assert broken_chain(desk.folder.database) == []  # the chain alone sees nothing any more
    return journal(desk)


def seal_again(other: sqlite3.Connection) -> None:
    columns = "seq, recorded_at, market_at, kind, who, order_id, about, title, body"
    rows = other.execute(f"SELECT {columns} FROM journal ORDER BY seq").fetchall()
    other.execute("DELETE FROM journal")
    head = b""
    for number, (_, *row) in enumerate(rows, 1):
        head = link(head, number, *row)
        marks = ",".join("?" * 10)
        other.execute(f"INSERT INTO journal ({columns}, hash) VALUES ({marks})", (number, *row, head))


def swap(other: sqlite3.Connection, one: int, two: int) -> None:
    other.execute("UPDATE journal SET seq=-1 WHERE seq=?", (one,))
    other.execute("UPDATE journal SET seq=? WHERE seq=?", (one, two))
    other.execute("UPDATE journal SET seq=? WHERE seq=-1", (two,))


def insert(other: sqlite3.Connection) -> None:
    other.execute("UPDATE journal SET seq=-seq WHERE seq>4")
    other.execute(
        "INSERT INTO journal SELECT 5,recorded_at,market_at,kind,who,order_id,about,'new','{}',x'00' FROM journal WHERE seq=4"
    )
    other.execute("UPDATE journal SET seq=1-seq WHERE seq<0")


TAMPERED: dict[str, Callable[[sqlite3.Connection], object]] = {
    "edited": lambda other: other.execute("UPDATE journal SET title='nothing happened' WHERE seq=4"),
    "deleted": lambda other: other.execute("DELETE FROM journal WHERE seq=4"),
    "inserted": insert,
    "reordered": lambda other: swap(other, 3, 4),
    "cut": lambda other: other.execute("DELETE FROM journal WHERE seq>5"),
    "the day after edited": lambda other: other.execute(
        "UPDATE journal SET body='{}' WHERE seq=(SELECT max(seq)-2 FROM journal WHERE kind='journal.signed')"
    ),
}


@pytest.mark.parametrize("again", [False, True], ids=["by hand", "and sealed again"])
@pytest.mark.parametrize("how", TAMPERED)
def test_it_is_noticed(how: str, again: bool, desk: Opened) -> None:
    assert journal(desk).ok
    found = tampered(desk, lambda other: void(TAMPERED[how](other)), again=again)
    assert not found.ok, found.words


def void(_: object) -> None:
    pass


def test_the_signatures_cut_off_with_their_rows_are_missed_all_the_same(desk: Opened) -> None:
    """Every signed row is gone from the database, and the rest is a faultless chain: the vault remembers."""
    found = tampered(desk, lambda other: void(other.execute("DELETE FROM journal WHERE seq>=7")), again=True)
    assert "was there and signed on 2026-09-15, and is missing" in found.words


def test_somebody_elses_signature_vouches_for_nothing(desk: Opened) -> None:
    key = fresh_key()
    where = "kind='journal.signed'"

    def forge(other: sqlite3.Connection) -> None:
        other.execute("UPDATE journal SET title='nothing happened' WHERE seq=4")
        body = f'json_set(body, "$.public", "{public_of(key).hex()}")'.replace('"', "'")
        other.execute(f"UPDATE journal SET body={body} WHERE {where}")

    assert not tampered(desk, forge, again=True).ok


def test_a_signature_is_of_this_workspace_and_this_row(desk: Opened) -> None:
    head = desk.engine.door.vault.head
    assert head is not None
    for field in ("day", "seq", "hash", "signature"):
        worse = tampered_head(desk, field)
        assert not worse.ok, field


def tampered_head(desk: Opened, field: str) -> Finding:
    other_value = {"day": "'2027-01-01'", "seq": "2", "hash": "'00'", "signature": "'00'"}[field]
    with closing(sqlite3.connect(desk.folder.database, isolation_level=None)) as other:
        (before,) = other.execute("SELECT body FROM journal WHERE kind='journal.signed' ORDER BY seq").fetchone()
        other.execute(
            f"UPDATE journal SET body=json_set(body,'$.{field}',{other_value}) WHERE kind='journal.signed' AND body=?",
            (before,),
        )
        found = desk.engine.witness.check(desk.folder.database)
        other.execute(
            "UPDATE journal SET body=? WHERE kind='journal.signed' AND seq=(SELECT min(seq) FROM journal WHERE kind='journal.signed')",
            (before,),
        )
    return Finding(check="Journal", ok=not found.problems, words=" ".join(found.problems))


def test_the_doctor_says_up_to_where_it_is_signed(desk: Opened) -> None:
    head = desk.engine.door.vault.head
    assert head is not None
    assert journal(desk).words == (f"no row was changed, removed or added; signed up to row {head.seq} of 2026-09-15")


def test_after_the_last_signature_only_the_chain_speaks(desk: Opened) -> None:
    """What it does not prove is said, not hidden: rows after the last head can be written anew."""

    def edit(other: sqlite3.Connection) -> None:
        other.execute("UPDATE journal SET title='other' WHERE seq=(SELECT max(seq) FROM journal)")

    assert not tampered(desk, edit, again=False).ok
    assert tampered(desk, lambda other: None, again=True).ok


def test_nothing_new_is_not_signed_twice(desk: Opened) -> None:
    assert sign(desk, "2026-09-16")
    assert sign(desk, "2026-09-16") is None


def test_a_practice_workspace_without_a_passphrase_signs_nothing_and_says_so(tmp_path: Path) -> None:
    with opened(tmp_path) as desk:
        desk.settle(1)
        job = JOBS["sign_head"]()
        words = job.run(desk.engine, job.slot(desk.engine.timeline.now()))
        assert words == "This workspace has no passphrase, so no key to sign with"
        assert journal(desk).words.endswith("not signed, as this workspace has no passphrase")
        assert not desk.folder.vault.exists()


def test_a_sealed_vault_signs_nothing_but_still_checks(tmp_path: Path) -> None:
    with opened(tmp_path) as desk:
        desk.settle(1)
        desk.engine.door.vault.create(WORDS)
        assert sign(desk, DAYS[0])
    with opened(tmp_path) as desk:
        assert desk.engine.door.sealed
        assert "signed up to row" in journal(desk).words
        with pytest.raises(Locked):
            desk.engine.witness.sign(desk.engine.store, DAYS[1])
        assert not tampered(
            desk, lambda other: void(other.execute("UPDATE journal SET who='x' WHERE seq=2")), again=True
        ).ok
        desk.engine.door.prove(Secret(WORDS.reveal()))
        write(desk, 1)
        assert sign(desk, DAYS[1])


def test_the_night_stops_trading_when_a_signed_row_was_edited(desk: Opened) -> None:
    tampered(desk, lambda other: void(other.execute("UPDATE journal SET title='x' WHERE seq=4")), again=True)
    job = JOBS["integrity"]()
    with pytest.raises(Exception, match=r"is not what was signed on 2026-09-14"):
        job.run(desk.engine, job.slot(desk.engine.timeline.now()))
    assert desk.desk.health.state().level is Level.STOPPED


def test_a_signature_cannot_be_used_elsewhere() -> None:
    key = fresh_key()
    assert signed(key, "a", "bc") != signed(key, "ab", "c")
