"""A recording of a feed on the disk: what was said, in the order it was heard, and nothing ever changed."""

import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from threading import Thread
from typing import BinaryIO, Final

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from core.costs.impact import Usual
from core.domain.corporate_event import CorporateEvent
from core.domain.errors import MarketDataError, StoreError
from core.domain.instrument import Instrument
from core.domain.quote import Bar
from core.market.ticks import SCHEMA, Tick, as_batch, from_batch
from core.system import settle, write_private

UNKNOWN: Final = Usual(volume=100_000.0, daily=0.04)  # a name nobody told anything of: worse than nearly all
_ABOUT: Final = "about.json"
_WHOLE: Final = ".parquet"
_GROWING: Final = ".arrows"
_ROWS: Final = 50_000  # of a whole file that are in memory at a time
_give_back: Final = pa.default_memory_pool().release_unused  # else every hour that is worked off leaves some MB


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A trading day before the recording."""

    day: date
    bar: Bar


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A name the feed prices, and what is known of it from before."""

    instrument: Instrument
    usual: Usual = UNKNOWN
    days: tuple[Day, ...] = ()  # oldest first

    def close(self, day: date) -> Decimal | None:
        """A day's closing price; None = not known."""
        return next((Decimal(str(round(d.bar.close, 4))) for d in self.days if d.day == day), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """Whose prices these are."""

    source: str
    note: str = ""  # stands beside every price: "INVENTED PRICES"
    names: tuple[Listed, ...]
    events: tuple[CorporateEvent, ...] = ()

    @property
    def by_id(self) -> dict[str, Listed]:
        """The names by instrument."""
        return {name.instrument.id: name for name in self.names}


class Recording:
    """One folder. Written by one process, read by anyone: a stream while its hour is on, then a Parquet file."""

    def __init__(self, folder: Path) -> None:
        self.folder: Final = folder
        self._path = folder
        self._file: BinaryIO | None = None
        self._writer: pa.RecordBatchStreamWriter | None = None
        self._hour = ""
        self._good = 0  # how much of the file that is open was written whole
        self._finisher: Thread | None = None

    @property
    def about(self) -> About:
        """What it says of itself."""
        try:
            return msgspec.json.decode((self.folder / _ABOUT).read_bytes(), type=About)
        except (OSError, msgspec.MsgspecError) as error:
            raise MarketDataError(
                f"{self.folder} holds no recording that can be read: {_ABOUT} is missing or damaged. "
                "Nothing was opened: name the folder of a recording."
            ) from error

    def begin(self, about: About) -> None:
        """Make the folder if it is not there; finish what a killed process left."""
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_private(self.folder / _ABOUT, msgspec.json.format(msgspec.json.encode(about)))
            for left in sorted(self.folder.glob(f"*{_GROWING}")):
                self._finish(left)
        except OSError as error:
            raise self._cannot(error) from error

    def append(self, ticks: Sequence[Tick], ready: Sequence[pa.RecordBatch] = ()) -> None:
        """On the disk when this returns, behind what was made ready before; when it raises, none of it is."""
        hour = f"{ticks[-1].received:%Y%m%dT%H}"
        try:
            if hour != self._hour:
                self._put_down()
                self._open(f"{ticks[-1].received:%Y%m%dT%H%M%S%f}")
                self._hour = hour
            self._write(pa.concat_batches([*ready, as_batch(ticks)]))
        except OSError as error:
            self._give_up()
            raise self._cannot(error) from error

    def ticks(self, newest_days: int = 0) -> Iterator[Tick]:
        """Everything in the order it was heard; or of so many newest days on which anything was recorded."""
        self._wait()
        files = sorted({p.stem: p for p in self._files()}.items())
        days = sorted({stem[:8] for stem, _ in files})[-newest_days:]
        for stem, path in files:
            if stem[:8] in days:
                yield from _read(path)
        _give_back()

    def close(self) -> None:
        """The hour that was being written becomes a whole file."""
        self._wait()
        path = self._let_go()
        if path is not None:
            self._finish(path)

    def _put_down(self) -> None:
        """The hour that was being written becomes a whole file beside what is heard next: a broad feed's takes a minute."""
        self._wait()
        path = self._let_go()
        if path is not None:
            self._finisher = Thread(target=self._try_to_finish, args=(path,), name="finish-recording")
            self._finisher.start()

    def _try_to_finish(self, path: Path) -> None:
        with suppress(OSError):  # what is on the disk stays as it is; the next start finishes it
            self._finish(path)

    def _wait(self) -> None:
        if self._finisher is not None:
            self._finisher.join()
            self._finisher = None

    def _let_go(self) -> Path | None:
        """Of the file that is open; None = none is."""
        self._hour = ""
        if self._file is None:
            return None
        with suppress(OSError):
            self._file.close()
        self._file = self._writer = None
        return self._path

    def _files(self) -> list[Path]:
        """A whole file takes the place of the stream it was made from."""
        return [*self.folder.glob(f"*{_GROWING}"), *self.folder.glob(f"*{_WHOLE}")]

    def _open(self, stem: str) -> None:
        self._path = self.folder / f"{stem}{_GROWING}"
        self._file = self._path.open("xb")
        self._good = 0
        settle(self.folder)
        self._writer = pa.ipc.new_stream(self._file, SCHEMA)

    def _write(self, batch: pa.RecordBatch) -> None:
        if self._file is None or self._writer is None:
            raise AssertionError("nothing is open")
        self._writer.write_batch(batch)
        self._file.flush()
        os.fsync(self._file.fileno())
        self._good = self._file.tell()

    def _give_up(self) -> None:
        """What is half written must not stand before what is written next: that goes into another file."""
        path = self._let_go()
        if path is None:
            return
        with suppress(OSError):
            if self._good:
                os.truncate(path, self._good)
            else:
                path.unlink()

    def _finish(self, path: Path) -> None:
        whole, half = path.with_suffix(_WHOLE), path.with_suffix(".half")
        if not whole.exists():
            with pq.ParquetWriter(half, SCHEMA) as writer:
                for table in _tables(path):
                    writer.write_table(table)
            with half.open("rb") as written:
                os.fsync(written.fileno())
            half.replace(whole)
            settle(path.parent)
            _give_back()
        path.unlink()

    def _cannot(self, error: OSError) -> StoreError:
        return StoreError(
            f"{self.folder} cannot be written: {error.strerror or error}. Prices are not recorded, and nothing fills: "
            "free some space or make the folder writable."
        )


def _read(path: Path) -> Iterator[Tick]:
    try:
        if path.suffix == _WHOLE:
            with pq.ParquetFile(path) as file:
                for batch in file.iter_batches(_ROWS):
                    yield from from_batch(batch)
            return
        for batch in _batches(path):
            yield from from_batch(batch)
    except (OSError, pa.ArrowException, msgspec.MsgspecError) as error:
        raise MarketDataError(
            f"{path} cannot be read: {error}. Nothing was opened: restore that file from a backup."
        ) from error


def _tables(path: Path) -> Iterator[pa.Table]:
    """What was written second by second, in larger pieces."""
    held: list[pa.RecordBatch] = []
    rows = 0
    for batch in _batches(path):
        held.append(batch)
        rows += batch.num_rows
        if rows >= _ROWS:
            yield pa.Table.from_batches(held, SCHEMA)
            held, rows = [], 0
    if held:
        yield pa.Table.from_batches(held, SCHEMA)


def _batches(path: Path) -> Iterator[pa.RecordBatch]:
    """As many as were written whole."""
    with pa.OSFile(str(path)) as file, suppress(pa.ArrowInvalid, EOFError, OSError):
        yield from pa.ipc.open_stream(file)
