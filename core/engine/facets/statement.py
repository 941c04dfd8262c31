"""One account at one moment: everything its positions are worked out from, looked up once, whatever their number."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from math import prod
from typing import Final

from core.channel.facets.positions import LotView, PositionView
from core.domain.account import Account
from core.domain.fill import Fill
from core.domain.instrument import Instrument
from core.domain.lot import Lot, Position
from core.domain.money import ZERO, value_of
from core.domain.order import OPEN
from core.engine.engine import Engine
from core.engine.words import ago

_ONE: Final = Decimal(1)
_SHARE: Final = Decimal("0.000001")


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """One name's split of this trading day, and how far the books have followed."""

    ratio: Decimal
    begins: datetime
    begun: bool
    ahead: Decimal  # what one share in our books has become; 1 = they have followed, or it has not begun

    def since(self, fill: Fill) -> Decimal:
        """A trade of before, in the shares of now."""
        return self.ratio if self.begun and fill.at < self.begins else _ONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """Immutable: made on the desk thread, which is then free again; its views may be worked out on any thread."""

    account: Account
    positions: Mapping[str, Position]
    instruments: Mapping[str, Instrument]
    equity: Decimal | None
    certainty: str
    last: Mapping[str, Decimal]  # all of these by instrument; missing = not known
    closes: Mapping[str, Decimal]
    traded: Mapping[str, Sequence[Fill]]  # since the session before ended
    splits: Mapping[str, Split]  # of this trading day
    frozen: Mapping[str, str]
    open_orders: Mapping[str, int]

    def view(self, position: Position, lots: Sequence[Lot] = ()) -> PositionView:
        """One position in numbers."""
        instrument_id = position.instrument_id
        instrument = self.instruments.get(instrument_id)
        multiplier = instrument.multiplier if instrument else Decimal(1)
        last = self.last.get(instrument_id)
        split = self.splits.get(instrument_id)
        held = position.quantity * split.ahead if split else position.quantity
        value = None if last is None else value_of(held, last, multiplier)
        frozen = self.frozen.get(instrument_id, "")
        return PositionView(
            account_id=self.account.id,
            instrument_id=instrument_id,
            symbol=instrument.symbol if instrument else instrument_id,
            name=instrument.name if instrument else "",
            sector=(instrument.sector or "Unknown") if instrument else "Unknown",
            quantity=position.quantity,
            cost=position.cost,
            last=last,
            value=value,
            unrealised=None if value is None else value - position.cost,
            today=self._today(instrument_id, held, last, multiplier),
            weight=None if value is None or not self.equity else (value / self.equity).quantize(_SHARE),
            certainty="Differs from the broker" if frozen else self.certainty,
            frozen=frozen,
            lots=tuple(_lot(lot, last, multiplier, split.ahead if split else _ONE) for lot in lots),
            open_orders=self.open_orders.get(instrument_id, 0),
        )

    def _today(self, instrument_id: str, held: Decimal, last: Decimal | None, multiplier: Decimal) -> Decimal | None:
        """Against the previous close for what was held then, against its price for what was traded since; in shares of now."""
        close = self.closes.get(instrument_id)
        if last is None or close is None:
            return None
        fills = self.traded.get(instrument_id, ())
        split = self.splits.get(instrument_id)
        traded = sum((f.side.sign * f.quantity * (split.since(f) if split else _ONE) for f in fills), ZERO)
        paid = sum((f.side.sign * value_of(f.quantity, f.price, multiplier) for f in fills), ZERO)
        if split and not split.begun:
            close *= split.ratio  # it is counted in the shares of the coming morning
        then = value_of(held - traded, close, multiplier)
        return value_of(held, last, multiplier) - then - paid


def statement(engine: Engine, account: Account, positions: Mapping[str, Position]) -> Statement:
    """Of these positions of the account. On the desk thread."""
    pictures, store = engine.desk.pictures, engine.store
    prices = pictures.prices
    return Statement(
        account=account,
        positions=positions,
        instruments={i: known for i in positions if (known := store.catalogue.get(i)) is not None},
        equity=pictures.worth(account.id).equity,
        certainty=certainty(engine, account.id),
        last={i: price for i in positions if (price := pictures.mark(i)) is not None},
        closes={i: close for i, close in prices.closes(positions).items() if close is not None},
        traded=store.fills.since(account.id, _end_of_session_before(engine)),
        splits={i: split for i in prices.eventful(positions) if (split := _split(engine, account.id, i)) is not None},
        frozen=_frozen(engine, account.id),
        open_orders=Counter(o.instrument_id for o in store.orders.open(account.id) if o.status in OPEN),
    )


def _end_of_session_before(engine: Engine) -> datetime:
    """After hours still belong to the day."""
    sessions = engine.sessions
    return sessions.previous_close(sessions.begins(sessions.day(engine.timeline.now())))


def _split(engine: Engine, account_id: str, instrument_id: str) -> Split | None:
    pictures = engine.desk.pictures
    events = pictures.splits(instrument_id)
    if not events:
        return None
    begins = engine.sessions.begins(events[0].effective)
    return Split(
        ratio=prod((event.ratio or _ONE for event in events), start=_ONE),
        begins=begins,
        begun=begins <= engine.timeline.now(),
        ahead=pictures.ahead(account_id, instrument_id),
    )


def certainty(engine: Engine, account_id: str) -> str:
    """How sure an account's numbers are, in words."""
    connection = engine.desk.connection_of(account_id)
    read_at = connection.compared_at.get(account_id)
    now = engine.clock.now()
    if read_at is None:
        return "Our record; the broker has not answered yet"
    if not connection.up or account_id not in connection.reconciled:
        return f"Our record; last agreed with the broker {ago(read_at, now)}"
    return f"Confirmed by the broker {ago(read_at, now)}"


def _frozen(engine: Engine, account_id: str) -> dict[str, str]:
    """Why, by instrument; of several reasons the first."""
    frozen: dict[str, str] = {}
    for restriction in engine.desk.pictures.levels.restrictions:
        account, _, instrument_id = restriction.scope.partition("/")
        if account == account_id and instrument_id:
            frozen.setdefault(instrument_id, restriction.reason)
    return frozen


def _lot(lot: Lot, last: Decimal | None, multiplier: Decimal, ahead: Decimal) -> LotView:
    return LotView(
        opened_at=lot.opened_at,
        quantity=lot.quantity,
        cost=lot.cost,
        cost_each=lot.cost / lot.quantity / multiplier,
        gain=None if last is None else value_of(lot.quantity * ahead, last, multiplier) - lot.cost,
    )
