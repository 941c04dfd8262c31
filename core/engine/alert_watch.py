"""Looks after alerts on a thread of its own; what it finds is taken in by the desk thread, each firing in one commit."""

import logging
import threading
from dataclasses import dataclass, field
from typing import Final

from core.clock import MarketClock
from core.domain.alert import Alert
from core.domain.errors import DeskError
from core.engine.alert_words import told
from core.engine.desk_thread import DeskThread, describe
from core.execution.alarms import Alarms
from core.market.lookout import Lookout, Reached
from core.store.store import Store

LOOK_EVERY: Final = 1.0  # real seconds
_TROUBLE: Final = "alerts"
_log: Final = logging.getLogger(__name__)
Found = tuple[Alert, Alert, list[Reached]]  # as it was, as it is, what it told on the way


@dataclass(slots=True, kw_only=True)
class AlertWatch:
    """Working out what a long jump passed over takes a moment: nobody waits for it."""

    store: Store
    lookout: Lookout
    market_clock: MarketClock
    thread: DeskThread
    alarms: Alarms
    _ended: threading.Event = field(default_factory=threading.Event)
    _watching: threading.Thread | None = None

    def start(self) -> None:
        self._watching = threading.Thread(target=self._work, name="alerts", daemon=True)
        self._watching.start()

    def stop(self) -> None:
        self._ended.set()
        if self._watching is not None:
            self._watching.join()

    def look(self) -> None:
        """At everything that waits, up to now."""
        waiting = [alert for alert in self.thread.ask(self.store.alerts.all) if not alert.over]
        if waiting:
            now = self.market_clock.now()
            found = [(alert, *self.lookout.look(alert, now)) for alert in waiting]
            self.thread.ask(lambda: self._take(found))

    # parts -----------------------------------------------------------------------------------------------------------

    def _work(self) -> None:
        while not self._ended.wait(LOOK_EVERY):
            try:
                self.look()
                self.thread.tell(lambda: self.alarms.clear(_TROUBLE))
            except Exception as error:  # noqa: BLE001  it is told, and looked again; orders have nothing to do with it
                _log.warning("alerts: %s", describe(error), exc_info=not isinstance(error, DeskError))
                self._say(describe(error))

    def _say(self, words: str) -> None:
        title = "Alerts are not looked after just now."
        self.thread.tell(lambda: self.alarms.set(_TROUBLE, "amber", title, f"{words} It is tried again each second."))

    def _take(self, found: list[Found]) -> None:
        """On the desk thread. What was changed or removed meanwhile is left as it is."""
        alerts, quiet = self.store.alerts, []
        for before, after, reached in found:
            if alerts.get(before.id) != before:
                continue
            if reached or after.armed != before.armed:
                self._keep(after, reached)
            elif after != before:
                quiet.append((before, after))
        self._keep_once_a_day(quiet)

    def _keep(self, alert: Alert, reached: list[Reached]) -> None:
        """Before this commit it is found again; after it the notice stands until somebody has seen it."""
        instrument = self.store.catalogue.get(alert.instrument_id)
        symbol = instrument.symbol if instrument else alert.instrument_id
        with self.store.unit:
            self.store.alerts.save(alert)
            for one in reached:
                title, detail = told(alert, symbol, one)
                self.store.journal.write("alert.fired", title, {"reached": one, "alert": alert, "detail": detail})
                self.alarms.keep(f"alert:{alert.id}", "blue", title, detail)

    def _keep_once_a_day(self, quiet: list[tuple[Alert, Alert]]) -> None:
        """Nothing happened to them, so that they can be looked at again from any earlier moment: that costs time only."""
        day = self.lookout.sessions.day
        with_new_day = [after for before, after in quiet if day(after.looked_at) > day(before.looked_at)]
        for _, after in quiet:
            self.store.alerts.looked(after)
        if with_new_day:
            with self.store.unit:
                for alert in with_new_day:
                    self.store.alerts.save(alert)
