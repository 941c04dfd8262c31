"""Fills and lots for the books' tests."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from core.domain.fill import Fill
from core.domain.lot import Lot
from core.domain.order import Side

START = datetime(2026, 11, 20, 14, 30, tzinfo=UTC)


def fill(
    side: Side, quantity: str | Decimal, price: str | Decimal, fee: str | Decimal = "0", *, number: int = 1
) -> Fill:
    return Fill(
        execution_id=f"x{number:04}",
        account_id="acc",
        instrument_id="NVDA",
        client_id="c",
        side=side,
        quantity=Decimal(quantity),
        price=Decimal(price),
        fee=Decimal(fee),
        at=START + timedelta(minutes=number),
    )


def bust(execution_id: str, *, number: int = 900) -> Fill:
    return Fill(
        execution_id=f"b{number:04}",
        account_id="acc",
        instrument_id="NVDA",
        client_id="c",
        side=Side.BUY,
        quantity=Decimal(1),
        price=Decimal(1),
        at=START + timedelta(minutes=number),
        busts=execution_id,
    )


def lot(name: str, quantity: str | Decimal, cost: str | Decimal, opened_at: datetime | None = START) -> Lot:
    return Lot(
        id=name,
        account_id="acc",
        instrument_id="NVDA",
        quantity=Decimal(quantity),
        cost=Decimal(cost),
        currency="USD",
        opened_at=opened_at,
    )
