"""Alerts, as the engine answers for them."""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Final

from core.channel.facets.alerts import AlertDraft, AlertView
from core.domain.alert import OF_BARS, Alert, AlertKind, Way
from core.domain.errors import BadInput, MarketDataError
from core.domain.money import PRICE_PLACES, typed_number
from core.engine.alert_words import wanted
from core.engine.desk_thread import Urgency
from core.engine.engine import Engine
from core.execution.review import find_instrument

MOST: Final = 500
FRAMES: Final = ("5m", "15m", "1h", "1d")
LONGEST_AVERAGE: Final = 200
_HUNDRED: Final = Decimal(100)
_NAMES: Final = {
    AlertKind.PRICE: "Price",
    AlertKind.MOVE: "Move, percent",
    AlertKind.VOLUME: "Times the usual volume",
    AlertKind.RSI: "RSI",
    AlertKind.AVERAGE: "Length of the average",
}
_MOST: Final = {
    AlertKind.PRICE: Decimal(10_000_000),
    AlertKind.MOVE: _HUNDRED,
    AlertKind.VOLUME: _HUNDRED,
    AlertKind.RSI: Decimal(99),
    AlertKind.AVERAGE: Decimal(LONGEST_AVERAGE),
}


@dataclass(slots=True)
class AlertsFacet:
    """Made, removed and armed by a person, each with its line in the journal."""

    engine: Engine

    def all(self, symbol: str = "") -> tuple[AlertView, ...]:
        engine = self.engine

        def look() -> tuple[Alert, ...]:
            known = engine.store.alerts.all()
            wanted = find_instrument(engine.desk, symbol).id if symbol else ""
            return tuple(alert for alert in known if not wanted or alert.instrument_id == wanted)

        return tuple(self._view(alert) for alert in engine.thread.ask(look))

    def make(self, draft: AlertDraft) -> AlertView:
        engine = self.engine
        level, now = _level(draft), engine.timeline.now()
        instrument = engine.thread.ask(lambda: find_instrument(engine.desk, draft.symbol))
        alert = Alert(
            id=f"{now:%Y%m%d%H%M%S}-{secrets.token_hex(4)}",
            instrument_id=instrument.id,
            kind=draft.kind,
            way=Way.ABOVE if draft.kind is AlertKind.VOLUME else draft.way,
            level=level,
            frame=draft.frame if draft.kind in OF_BARS else "",
            again=draft.again,
            made_at=now,
            looked_at=now,
        )
        self._refuse_reached(alert, instrument.symbol, now)
        self._keep(alert, "alert.made")
        return self._view(alert)

    def remove(self, alert_id: str) -> None:
        engine = self.engine

        def act() -> None:
            alert = self._one(alert_id)
            with engine.store.unit:
                engine.store.alerts.remove(alert.id)
                engine.store.journal.write("alert.removed", f"Alert removed: {self._words(alert)}", alert, who="person")

        engine.thread.ask(act, Urgency.COMMAND)

    def arm(self, alert_id: str) -> AlertView:
        engine = self.engine
        old = engine.thread.ask(lambda: self._one(alert_id))
        if not old.over:
            raise BadInput(f"{self._words(old)}: it waits already. Nothing was changed.")
        now, level = engine.timeline.now(), old.level
        if old.kind is AlertKind.PRICE:
            level = self._price(old, now) or level  # in the shares of now
        alert = replace(old, level=level, made_at=now, looked_at=now, armed=True, fired_at=None, fires=0)
        self._refuse_reached(alert, self._symbol(alert), now)
        self._keep(alert, "alert.armed", old)
        return self._view(alert)

    # parts -----------------------------------------------------------------------------------------------------------

    def _keep(self, alert: Alert, kind: str, before: Alert | None = None) -> None:
        engine = self.engine

        def act() -> None:
            known = engine.store.alerts.all()
            if before is None and len(known) >= MOST:
                raise BadInput(f"There are {MOST} alerts. This one was not made: remove some first.")
            if engine.store.alerts.get(alert.id) != before:
                raise BadInput("That alert has changed meanwhile. Nothing was changed: look at it again.")
            with engine.store.unit:
                engine.store.alerts.save(alert)
                engine.store.journal.write(kind, f"Alert: {self._words(alert)}", alert, who="person")

        engine.thread.ask(act, Urgency.COMMAND)

    def _refuse_reached(self, alert: Alert, symbol: str, now: datetime) -> None:
        """A level that is behind the price already would tell at once, or never."""
        lookout = self.engine.alert_watch.lookout
        try:
            reached = lookout.is_beyond(alert, now)
            day = self.engine.sessions.day(now)
            unknown = (alert.kind is AlertKind.VOLUME and lookout.usual_volume(alert.instrument_id, day) is None) or (
                alert.kind is AlertKind.MOVE and lookout.level(alert, day) is None
            )
        except MarketDataError as error:
            raise BadInput(f"{error} The alert was not made.") from error
        if unknown:
            raise BadInput(f"What is usual for {symbol} is not known here. The alert was not made: choose a price.")
        if reached:
            raise BadInput(
                f"{symbol} is there already: {self._words(alert)}. The alert was not made: choose a level that is "
                "still to be reached."
            )

    def _one(self, alert_id: str) -> Alert:
        alert = self.engine.store.alerts.get(alert_id)
        if alert is None:
            raise BadInput("There is no such alert any more. Nothing was done.")
        return alert

    def _price(self, alert: Alert, now: datetime) -> Decimal | None:
        try:
            return self.engine.alert_watch.lookout.level(alert, self.engine.sessions.day(now))
        except MarketDataError:
            return None

    def _symbol(self, alert: Alert) -> str:
        instrument = self.engine.store.catalogue.get(alert.instrument_id)
        return instrument.symbol if instrument else alert.instrument_id

    def _words(self, alert: Alert) -> str:
        return wanted(alert, self._symbol(alert), self._price(alert, self.engine.timeline.now()))

    def _view(self, alert: Alert) -> AlertView:
        state = "Told once" if alert.over else "Told, and waits again" if alert.fires else "Waits"
        return AlertView(
            id=alert.id,
            instrument_id=alert.instrument_id,
            symbol=self._symbol(alert),
            kind=alert.kind,
            way=alert.way,
            words=self._words(alert),
            state=state,
            waits=not alert.over,
            again=alert.again,
            price=self._price(alert, self.engine.timeline.now()),
            made_at=alert.made_at,
            fired_at=alert.fired_at,
            fires=alert.fires,
        )


def _level(draft: AlertDraft) -> Decimal:
    """As typed, or one sentence."""
    if draft.kind in OF_BARS and draft.frame not in FRAMES:
        raise BadInput(f"There are no alerts on bars of {draft.frame[:10]}. Choose {', '.join(FRAMES)}.")
    if draft.kind is AlertKind.MACD:
        return Decimal(0)
    name, most = _NAMES[draft.kind], _MOST[draft.kind]
    level = typed_number(draft.level, name, PRICE_PLACES)
    least = Decimal(2) if draft.kind is AlertKind.AVERAGE else Decimal(0)
    if level <= 0 or level < least or level > most:
        raise BadInput(f"{name} is {level:f}, and can be above {least:f} up to {most:f}. The alert was not made.")
    if draft.kind is AlertKind.AVERAGE and level != round(level):
        raise BadInput(f"{name} is {level:f}, and must be a whole number of bars. The alert was not made.")
    return level
