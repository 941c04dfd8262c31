"""One account on an ordinary day, as the monitors see it; each test changes what it is about."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from core.domain.instrument import Instrument
from core.risk.limits import WORKSPACE, Limits
from core.risk.monitors.base import Sight
from tests.unit.risk.scene import AAPL

D = Decimal
VTI = Instrument(id="vti", symbol="VTI", name="Total market", listing="XSIM", diversified=True)
MSFT = Instrument(id="msft", symbol="MSFT", name="Microsoft", listing="XSIM", sector="Technology")


def sight(limits: dict[tuple[str, str], str] | None = None, **changes: Any) -> Sight:
    """Worth 100,000, half in a broad fund and a tenth in one name; on other limits where they are given."""
    overrides = {(WORKSPACE, *name): D(value) for name, value in (limits or {}).items()}
    seen: dict[str, Any] = {
        "account_id": "acc",
        "equity": D(100_000),
        "start": D(100_000),
        "peak": D(100_000),
        "values": {"vti": D(50_000), "aapl": D(10_000)},
        "instruments": {"vti": VTI, "aapl": AAPL, "msft": MSFT},
        "largest_order": D(5_000),
        "asked_today": 3,
        "market_open": True,
        "heard": {"vti": timedelta(seconds=1), "aapl": timedelta(seconds=2)},
        "connection": "main",
        "skew": timedelta(milliseconds=-300),
        "signed_in_for": timedelta(days=30),
        "free": 50 * 10**9,
        "checks": {check.code: check for check in Limits(overrides).checks()},
    }
    return Sight(**(seen | changes))


def calm() -> Sight:
    return sight()
