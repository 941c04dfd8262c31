"""One thing to do at a broker, and how it ended: every ending becomes a value, nothing is thrown across a thread."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from core.brokers.base import Line, SigningIn
from core.clock import Clock
from core.domain.errors import BrokerDown, OrderRejected, SignedOut
from core.domain.fill import BrokerOrder, Fill, Report, Told
from core.domain.order import Order
from core.domain.reading import Activity, BrokerCash, BrokerPosition, Reading, ReadState

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True, kw_only=True)
class Submit:
    """Send it."""

    order: Order


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancel:
    """Ask to cancel it."""

    order: Order


@dataclass(frozen=True, slots=True, kw_only=True)
class Replace:
    """Put the new one in the old one's place."""

    old: Order
    new: Order


@dataclass(frozen=True, slots=True, kw_only=True)
class LookUp:
    """Is it there?"""

    order: Order


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadAccount:
    """Read everything the broker says about an account."""

    account_id: str
    since: datetime  # market time: executions from here on
    asked_at: datetime | None = None  # market time: all that traded until then is in the answer
    activities_since: datetime | None = None  # market time; None = as executions


Errand = Submit | Cancel | Replace | LookUp | ReadAccount


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountReading:
    """What was read, each part with its own state."""

    account_id: str
    started: datetime  # real time, before the first question
    at: datetime  # real time, after the last answer
    orders: Reading[BrokerOrder]
    executions: Reading[Fill]
    positions: Reading[BrokerPosition]
    cash: Reading[BrokerCash]
    activities: Reading[Activity]
    skew: timedelta | None = None  # broker's clock less ours
    signed_in_until: datetime | None = None  # real time; None = the broker names none
    asked_at: datetime | None = None  # market time: all that traded until then is in it

    @property
    def ok(self) -> bool:
        """All of it came."""
        return all(
            part.state is ReadState.OK
            for part in (self.orders, self.executions, self.positions, self.cash, self.activities)
        )

    @property
    def reason(self) -> str:
        """Why not."""
        parts = (self.orders, self.executions, self.positions, self.cash, self.activities)
        return next((part.reason for part in parts if part.state is not ReadState.OK), "")


def run(errand: Errand, line: Line, clock: Clock) -> Report | AccountReading:
    """Do it, and say how it ended."""
    match errand:
        case Submit(order=order):
            return _send(order.client_id, lambda: line.submit(order), clock, Told.REJECTED)
        case Replace(old=old, new=new):
            return _send(new.client_id, lambda: line.replace(old, new), clock, Told.REPLACE_REFUSED)
        case Cancel(order=order):
            return _cancel(order, line, clock)
        case LookUp(order=order):
            return _look_up(order, line, clock)
        case ReadAccount():
            return _read(errand, line, clock)


def _send(client_id: str, act: Callable[[], BrokerOrder], clock: Clock, refused: Told) -> Report:
    try:
        held = act()
    except OrderRejected as error:
        return Report(told=refused, client_id=client_id, at=clock.now(), reason=str(error))
    except BrokerDown as error:
        return Report(told=Told.UNSENT, client_id=client_id, at=clock.now(), reason=str(error))
    except Exception as error:  # noqa: BLE001  whatever it was, it may be there
        return Report(told=Told.UNKNOWN, client_id=client_id, at=clock.now(), reason=_words(error))
    return Report(told=Told.ACKED, client_id=client_id, at=clock.now(), order=held)


def _cancel(order: Order, line: Line, clock: Clock) -> Report:
    try:
        line.cancel(order)
    except OrderRejected as error:
        return Report(told=Told.CANCEL_REFUSED, client_id=order.client_id, at=clock.now(), reason=str(error))
    except Exception as error:  # noqa: BLE001
        return Report(told=Told.CANCEL_FAILED, client_id=order.client_id, at=clock.now(), reason=_words(error))
    return Report(told=Told.CANCEL_TAKEN, client_id=order.client_id, at=clock.now())


def _look_up(order: Order, line: Line, clock: Clock) -> Report:
    try:
        held = line.find(order)
    except Exception as error:  # noqa: BLE001  no answer is not "not there"
        return Report(told=Told.LOOK_UP_FAILED, client_id=order.client_id, at=clock.now(), reason=_words(error))
    if held is None:
        return Report(told=Told.NOT_FOUND, client_id=order.client_id, at=clock.now())
    return Report(told=Told.FOUND, client_id=order.client_id, at=clock.now(), order=held)


def _read(errand: ReadAccount, line: Line, clock: Clock) -> AccountReading:
    started = clock.now()
    account = errand.account_id
    orders = _part(lambda: line.orders(account), clock)
    positions = _part(lambda: line.positions(account), clock)
    cash = _part(lambda: line.cash(account), clock)
    executions = _part(lambda: line.executions(account, errand.since), clock)
    activities = _part(lambda: line.activities(account, errand.activities_since or errand.since), clock)
    asked = clock.now()
    skew: timedelta | None = None
    until: datetime | None = None
    try:
        until = line.signed_in_until() if isinstance(line, SigningIn) else None
        skew = line.time() - asked
    except Exception:  # noqa: BLE001  a clock nobody tells costs the reading nothing; R24 asks for it
        skew = None
    return AccountReading(
        account_id=account,
        started=started,
        at=clock.now(),
        orders=orders,
        executions=executions,
        positions=positions,
        cash=cash,
        activities=activities,
        skew=skew,
        signed_in_until=until,
        asked_at=errand.asked_at,
    )


def _part(read: Callable[[], Reading[Row]], clock: Clock) -> Reading[Row]:
    try:
        return read()
    except Exception as error:  # noqa: BLE001  a failed read is not an empty answer
        signed_out = isinstance(error, SignedOut)
        return Reading(state=ReadState.FAILED, as_of=clock.now(), reason=_words(error), signed_out=signed_out)


def _words(error: Exception) -> str:
    return str(error) or type(error).__name__
