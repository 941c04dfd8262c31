"""After everything a vault can go through, none of its secrets stands in any file, log, answer or refusal (S1–S3)."""

import base64
import logging
from pathlib import Path

import pytest

from core.channel.wire import encode
from core.domain.errors import DeskError
from core.engine.jobs import JOBS
from core.vault.codes import STEP, code_at
from tests.unit.engine.opened import Opened, opened
from tests.unit.vault.made import KEY, OTHER, WORDS
from tests.unit.vault.search import forms, found

WRONG = "eleven ducks in a row"


def run(desk: Opened, job: str) -> None:
    made = JOBS[job]()
    made.run(desk.engine, made.slot(desk.engine.timeline.now()))


def refusal(act: object) -> str:
    assert callable(act)
    with pytest.raises(DeskError) as told:
        act()
    return f"{told.value!r} {told.value} {told.value.__cause__!r} {told.value.__context__!r}"


def test_a_search_finds_what_is_planted() -> None:
    secret = "a secret of ours"
    for form, content in forms(secret).items():
        assert any(f"as {form} in here" in line for line in found({"here": b"..." + content + b"..."}, secret)), form
    for user in ("", "a", "ad", "ada"):  # as a mail server is told it
        assert found({"login": base64.b64encode(f"\0{user}\0{secret}\n".encode())}, secret), user


def test_no_secret_is_written_anywhere(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    said: list[str] = []
    with opened(tmp_path) as desk:
        engine, lock, vault = desk.engine, desk.desk.lock, desk.desk.vault
        desk.settle(1)
        tickets = [vault.choose(WORDS.reveal())]
        engine.door.vault.keep("alpaca", "key", KEY)
        said.append(refusal(lambda: lock.unlock(WRONG)))
        said.append(refusal(lambda: vault.choose(WRONG)))
        said.append(refusal(lambda: vault.change(WRONG, OTHER.reveal())))
        desk.clock.advance(600)
        offered = vault.offer_codes(WORDS.reveal())
        totp = engine.door.codes._offered
        assert totp is not None
        recovery = vault.accept_codes(code_at(totp, int(desk.clock.now().timestamp()) // STEP))
        tickets.append(lock.unlock(WORDS.reveal(), recovery[0]))
        tickets.append(vault.change(WORDS.reveal(), OTHER.reveal()))
        vault.renew(OTHER.reveal())
        for job in ("sign_head", "backup", "integrity", "proof"):
            run(desk, job)
        said += [str(desk.desk.health.doctor()), str(lock.state(tickets[-1])), repr(engine.door.vault)]
        said += [encode(desk.desk.journal.one(row["seq"])).decode() for row in desk.desk.journal.table().to_pylist()]
        data_key, signer = engine.door.vault._key, engine.door.vault.read_bytes("desk", "signing key")
        assert data_key is not None and signer is not None
        secrets: list[str | bytes] = [
            *(words.reveal() for words in (WORDS, OTHER, KEY)),
            WRONG, offered, totp, base64.b32encode(totp).decode(), data_key, signer, *recovery, *tickets,
        ]  # fmt: skip
        during = {str(path): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    after = {f"{path}, closed": path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    names = {Path(place).name.split(",")[0] for place in after}
    assert {"vault", "desk.sqlite3"} <= names and any(name.startswith("desk-") for name in names)
    assert any("-wal" in place for place in during)
    logged = "\n".join(f"{record.getMessage()} {record.exc_text or ''} {record.args}" for record in caplog.records)
    places = during | after | {"said": "\n".join(said).encode(), "log": logged.encode()}
    assert found(places, *secrets) == []
