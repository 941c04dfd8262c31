"""One account at one moment: everything its positions are worked out from, looked up once, whatever their number."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
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

_SHARE: Final = Decimal("0.000001")


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
    traded: Mapping[str, Sequence[Fill]]  # since the session began
    frozen: Mapping[str, str]
    open_orders: Mapping[str, int]

    def view(self, position: Position, lots: Sequence[Lot] = ()) -> PositionView:
        """One position in numbers."""
        instrument_id = position.instrument_id
        instrument = self.instruments.get(instrument_id)
        multiplier = instrument.multiplier if instrument else Decimal(1)
        last = self.last.get(instrument_id)
        value = None if last is None else value_of(position.quantity, last, multiplier)
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
            today=self._today(position, last, multiplier),
            weight=None if value is None or not self.equity else (value / self.equity).quantize(_SHARE),
            certainty="Differs from the broker" if frozen else self.certainty,
            frozen=frozen,
            lots=tuple(_lot(lot, last, multiplier) for lot in lots),
            open_orders=self.open_orders.get(instrument_id, 0),
        )

    def _today(self, position: Position, last: Decimal | None, multiplier: Decimal) -> Decimal | None:
        """Against the previous close for what was held then, against its price for what was traded since."""
        close = self.closes.get(position.instrument_id)
        if last is None or close is None:
            return None
        fills = self.traded.get(position.instrument_id, ())
        traded = sum((f.side.sign * f.quantity for f in fills), ZERO)
        paid = sum((f.side.sign * value_of(f.quantity, f.price, multiplier) for f in fills), ZERO)
        then = value_of(position.quantity - traded, close, multiplier)
        return value_of(position.quantity, last, multiplier) - then - paid


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
        closes={i: close for i in positions if (close := prices.previous_close(i)) is not None},
        traded=store.fills.since(account.id, engine.sessions.previous_close(engine.timeline.now())),
        frozen=_frozen(engine, account.id),
        open_orders=Counter(o.instrument_id for o in store.orders.open(account.id) if o.status in OPEN),
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


def _lot(lot: Lot, last: Decimal | None, multiplier: Decimal) -> LotView:
    return LotView(
        opened_at=lot.opened_at,
        quantity=lot.quantity,
        cost=lot.cost,
        cost_each=lot.cost / lot.quantity / multiplier,
        gain=None if last is None else value_of(lot.quantity, last, multiplier) - lot.cost,
    )
