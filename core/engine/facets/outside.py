"""What leaves this machine, as the engine answers for it: from the connections, the feed and the ways that are on."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from core.channel.facets.outside import OutsideView
from core.engine.engine import Engine
from core.engine.notifying import Notifying
from core.engine.places import HEARTBEAT
from core.notify.post import host_of, is_local
from core.notify.ways import WAYS
from core.store.accounts import Kept

HERE: Final = "this machine"  # as a connection's own exchange calls it
_LOCKED: Final = "Its address lies in the vault, which is locked. Nothing is sent there until somebody unlocks it."
_DISCREET: Final = "How many of what happened; no symbol and no number."
_OPEN: Final = "What happened, with symbols, quantities, prices and values."


@dataclass(slots=True)
class OutsideFacet:
    """Secrets are read beside the desk thread, and only a host goes on."""

    engine: Engine
    notifying: Notifying

    def all(self) -> tuple[OutsideView, ...]:
        connections, on, discreet = self.engine.thread.ask(self._set_up)
        return (
            *self._prices(),
            *(_broker(kept) for kept in connections if kept.host not in (None, HERE)),
            *(view for name in on for view in self._way(name, _DISCREET if discreet else _OPEN)),
            *self._heartbeat(),
        )

    def _set_up(self) -> tuple[tuple[Kept, ...], tuple[str, ...], bool]:
        if not self.engine.store.database.read_only:
            self.notifying.open()
        return (
            self.engine.store.accounts.connections(),
            self.notifying.places.on(),
            self.notifying.outbox.rules.discreet,
        )

    def _prices(self) -> Iterator[OutsideView]:
        if host := self.engine.feed.asks_at:
            yield OutsideView(
                what="Prices",
                host=host,
                sends="Which names you hold, watch and look at, and your login there.",
                when="While the desk is open.",
            )

    def _way(self, name: str, sends: str) -> Iterator[OutsideView]:
        places = self.notifying.places
        way = places.way(name, places.secrets(name))
        if way.leads_to:
            yield OutsideView(what=way.title, host=way.leads_to, sends=sends, when=_WHEN)
        elif places.why_not(name):
            yield OutsideView(what=WAYS[name].title, host="", sends=sends, when=_WHEN, trouble=_LOCKED)

    def _heartbeat(self) -> Iterator[OutsideView]:
        places = self.notifying.places
        if not places.is_on(HEARTBEAT):
            return
        url = places.values(HEARTBEAT, places.secrets(HEARTBEAT)).get("url", "")
        if not url:
            yield OutsideView(what="Heartbeat", host="", sends=_BEATS, when=_EACH_MINUTE, trouble=_LOCKED)
        elif not is_local(url):
            yield OutsideView(what="Heartbeat", host=host_of(url), sends=_BEATS, when=_EACH_MINUTE)


_WHEN: Final = "When something happens that is to be told, by the rules on the page Notifications."
_BEATS: Final = "That the desk works, and nothing else."
_EACH_MINUTE: Final = "Each minute."


def _broker(kept: Kept) -> OutsideView:
    return OutsideView(
        what=f"Broker: {kept.name}",
        host=kept.host or "",
        sends="Your orders and cancels, and questions about your account; your login there.",
        when="While the desk is open.",
    )
