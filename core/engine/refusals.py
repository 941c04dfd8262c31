"""A passphrase that was refused stands in the journal, whatever it was asked for."""

from collections.abc import Iterator
from contextlib import contextmanager

from core.domain.errors import TooManyTries, WrongPassphrase
from core.engine.engine import Engine


@contextmanager
def noted(engine: Engine, when: str = "") -> Iterator[None]:
    """Around every place where one is shown."""
    try:
        yield
    except TooManyTries:
        raise  # told once is enough: nobody fills the disk with it
    except WrongPassphrase:
        engine.note("lock.refused", f"A passphrase was refused {when}".rstrip())
        raise
