"""Instruments by our own id, with the attributes that hold today, and how brokers spell them."""

import sqlite3
from datetime import date
from decimal import Decimal
from typing import Final

import msgspec
from sqlalchemy import Engine
from sqlmodel import Session, select

from core.domain.instrument import Alias, AssetClass, Instrument, OptionRight, OptionTerms, TickRule
from core.store.rows import AliasRow, AttributeRow, InstrumentRow
from core.store.unit import Unit

_DATED: Final = (
    "symbol",
    "name",
    "ticks",
    "lot",
    "fractionable",
    "shortable",
    "tradable",
    "not_traded",
    "sector",
    "diversified",
)
_BEGINNING: Final = date(1970, 1, 1)


class Catalogue:
    """Read into memory at the start; changed only by the desk."""

    def __init__(self, connection: sqlite3.Connection, engine: Engine, unit: Unit) -> None:
        self._connection = connection
        self._engine = engine
        self._unit = unit
        self._by_id: dict[str, Instrument] = {}
        self._by_symbol: dict[str, str] = {}
        self.read()

    def read(self) -> None:
        """Everything as it stands with no end date."""
        with Session(self._engine) as session:
            attributes: dict[str, dict[str, str | None]] = {}
            for known in session.exec(select(AttributeRow).where(AttributeRow.valid_to == None)):  # noqa: E711
                attributes.setdefault(known.instrument_id, {})[known.name] = known.value
            for row in session.exec(select(InstrumentRow)):
                instrument = _instrument(row, attributes[row.id])
                self._by_id[instrument.id] = instrument
                self._by_symbol[instrument.symbol] = instrument.id

    def __len__(self) -> int:
        return len(self._by_id)

    def get(self, instrument_id: str) -> Instrument | None:
        return self._by_id.get(instrument_id)

    def all(self) -> tuple[Instrument, ...]:
        return tuple(self._by_id.values())

    def by_symbol(self, symbol: str) -> Instrument | None:
        found = self._by_symbol.get(symbol)
        return self._by_id[found] if found else None

    def once(self, symbol: str) -> tuple[Instrument, date] | None:
        """Who traded under a symbol that nobody has now, and until when."""
        with Session(self._engine) as session:
            rows = session.exec(
                select(AttributeRow).where(
                    AttributeRow.name == "symbol",
                    AttributeRow.value == symbol,
                    AttributeRow.valid_to != None,  # noqa: E711
                )
            ).all()
        newest = max(rows, key=lambda row: row.valid_from, default=None)
        found = self._by_id.get(newest.instrument_id) if newest else None
        return (found, newest.valid_to) if found and newest and newest.valid_to else None

    def by_alias(self, broker: str, native_id: str, day: date) -> Instrument | None:
        """What a broker meant by its own spelling on that day."""
        with Session(self._engine) as session:
            rows = session.exec(select(AliasRow).where(AliasRow.broker == broker, AliasRow.native_id == native_id))
            for row in rows:
                if row.valid_from <= day and (row.valid_to is None or day < row.valid_to):
                    return self._by_id.get(row.instrument_id)
        return None

    def add(self, instrument: Instrument, aliases: tuple[Alias, ...] = ()) -> None:
        """A new instrument, with everything known about it from the beginning."""
        with Session(self._engine) as session:
            option = instrument.option
            session.add(
                InstrumentRow(
                    id=instrument.id,
                    asset_class=instrument.asset_class,
                    currency=instrument.currency,
                    listing=instrument.listing,
                    scale=instrument.scale,
                    multiplier=instrument.multiplier,
                    underlying_id=option.underlying_id if option else None,
                    option_right=option.right if option else None,
                    strike=option.strike if option else None,
                    expires=option.expires if option else None,
                )
            )
            session.flush()
            for name, value in _attributes(instrument).items():
                session.add(AttributeRow(instrument_id=instrument.id, name=name, valid_from=_BEGINNING, value=value))
            for alias in aliases:
                session.add(
                    AliasRow(
                        broker=alias.broker,
                        native_id=alias.native_id,
                        valid_from=alias.valid_from,
                        valid_to=alias.valid_to,
                        instrument_id=alias.instrument_id,
                    )
                )
            session.flush()
        self._unit.keep(self._by_id, instrument.id, instrument)
        self._unit.keep(self._by_symbol, instrument.symbol, instrument.id)

    def change(self, instrument: Instrument, day: date) -> None:
        """Attributes that differ from that day on get an end, and a successor; a broker's spelling goes with the symbol."""
        old = self._by_id[instrument.id].symbol
        before = _attributes(self._by_id[instrument.id])
        with Session(self._engine) as session:
            for name, value in _attributes(instrument).items():
                if value == before[name]:
                    continue
                row = session.exec(
                    select(AttributeRow).where(
                        AttributeRow.instrument_id == instrument.id,
                        AttributeRow.name == name,
                        AttributeRow.valid_to == None,  # noqa: E711
                    )
                ).one_or_none()
                if row is None:  # nobody asked about it when this was written down
                    session.add(AttributeRow(instrument_id=instrument.id, name=name, valid_from=day, value=value))
                elif row.valid_from >= day:
                    row.value = value
                else:
                    row.valid_to = day
                    session.add(AttributeRow(instrument_id=instrument.id, name=name, valid_from=day, value=value))
                session.flush()
            if old != instrument.symbol:
                _respell(session, instrument, old, day)
        if old != instrument.symbol and self._by_symbol.get(old) == instrument.id:
            self._unit.drop(self._by_symbol, old)
        self._unit.keep(self._by_id, instrument.id, instrument)
        self._unit.keep(self._by_symbol, instrument.symbol, instrument.id)


def _respell(session: Session, instrument: Instrument, old: str, day: date) -> None:
    mine = select(AliasRow).where(
        AliasRow.instrument_id == instrument.id,
        AliasRow.native_id == old,
        AliasRow.valid_to == None,  # noqa: E711
    )
    for row in session.exec(mine).all():
        row.valid_to = day
        session.flush()
        session.add(
            AliasRow(broker=row.broker, native_id=instrument.symbol, valid_from=day, instrument_id=instrument.id)
        )
    session.flush()


def _attributes(instrument: Instrument) -> dict[str, str | None]:
    ticks = msgspec.json.encode(instrument.ticks).decode()
    plain = {name: getattr(instrument, name) for name in _DATED if name != "ticks"}
    return {"ticks": ticks} | {name: None if value is None else str(value) for name, value in plain.items()}


def _instrument(row: InstrumentRow, known: dict[str, str | None]) -> Instrument:
    option = None
    if row.underlying_id and row.option_right and row.strike is not None and row.expires:
        option = OptionTerms(
            underlying_id=row.underlying_id, right=OptionRight(row.option_right), strike=row.strike, expires=row.expires
        )
    return Instrument(
        id=row.id,
        symbol=known["symbol"] or "",
        name=known["name"] or "",
        listing=row.listing,
        asset_class=AssetClass(row.asset_class),
        currency=row.currency,
        ticks=msgspec.json.decode(known["ticks"] or "[]", type=tuple[TickRule, ...]),
        lot=Decimal(known["lot"] or 1),
        scale=row.scale,
        multiplier=row.multiplier,
        fractionable=known["fractionable"] == "True",
        shortable=known["shortable"] == "True",
        tradable=known["tradable"] == "True",
        not_traded=known.get("not_traded") or "",
        sector=known["sector"],
        diversified=known["diversified"] == "True",
        option=option,
    )
