"""What a person set once for this workspace, as it lies among the settings; what cannot be read is as it was at first."""

from datetime import timedelta
from typing import Final

from core.channel.facets.settings import LEAST_IDLE, MOST_IDLE, USUAL_IDLE, TicketDefaults
from core.domain.order import OrderType, TimeInForce
from core.store.settings import Settings

_TICKET: Final = "chosen.ticket"
_IDLE: Final = "chosen.idle"


def ticket(settings: Settings) -> TicketDefaults:
    kept = settings.get(_TICKET)
    try:
        return TicketDefaults(
            account_id=kept["account_id"],
            type=OrderType(kept["type"]),
            time_in_force=TimeInForce(kept["time_in_force"]),
        )
    except (KeyError, ValueError):  # nothing was set, or by a version that knew other kinds of orders
        return TicketDefaults()


def keep_ticket(settings: Settings, chosen: TicketDefaults) -> None:
    """Inside a unit."""
    kept = {"account_id": chosen.account_id, "type": chosen.type.value, "time_in_force": chosen.time_in_force.value}
    settings.set(_TICKET, kept)


def idle(settings: Settings) -> timedelta:
    """Never outside its bounds, whoever wrote it."""
    try:
        minutes = int(settings.get(_IDLE)["minutes"])
    except (KeyError, ValueError):
        minutes = USUAL_IDLE
    return timedelta(minutes=minutes if LEAST_IDLE <= minutes <= MOST_IDLE else USUAL_IDLE)


def keep_idle(settings: Settings, minutes: int) -> None:
    """Inside a unit."""
    settings.set(_IDLE, {"minutes": str(minutes)})
