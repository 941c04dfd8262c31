"""What a person set once, as the engine answers for it."""

from dataclasses import dataclass

from core.channel.facets.settings import LEAST_IDLE, MOST_IDLE, AboutView, SettingsView, TicketDefaults
from core.domain.errors import BadInput
from core.engine import about, chosen, claiming
from core.engine.desk_thread import Urgency
from core.engine.engine import VERSION, Engine


@dataclass(slots=True)
class SettingsFacet:
    """Kept among the workspace's settings, with a row of the journal for each change."""

    engine: Engine

    def state(self) -> SettingsView:
        return self.engine.thread.ask(self._state)

    def set_ticket(self, ticket: TicketDefaults) -> SettingsView:
        engine = self.engine

        def act() -> SettingsView:
            accounts = {account.id: account for account in engine.store.accounts.all()}
            if ticket.account_id and ticket.account_id not in accounts:
                raise BadInput(f"There is no account {ticket.account_id[:40]} here. Nothing was kept: choose another.")
            meant = [ticket.account_id] if ticket.account_id else list(accounts)
            if meant and not any(self._takes(account_id, ticket) for account_id in meant):
                raise BadInput("No account meant by it takes such orders. Nothing was kept: choose what it takes.")
            words = f"{ticket.type.value}, {ticket.time_in_force.value}".replace("_", " ")
            with engine.store.unit:
                chosen.keep_ticket(engine.store.settings, ticket)
                engine.store.journal.write("settings.ticket", f"A new ticket begins with {words}", ticket, who="person")
            return self._state()

        return engine.thread.ask(act, Urgency.COMMAND)

    def set_idle(self, minutes: str) -> SettingsView:
        engine = self.engine
        typed = minutes.strip()
        if not (typed.isascii() and typed.isdigit() and len(typed) <= 3 and LEAST_IDLE <= int(typed) <= MOST_IDLE):
            raise BadInput(f"Type whole minutes from {LEAST_IDLE} to {MOST_IDLE}. Nothing was changed.")

        def act() -> SettingsView:
            words = f"A window locks after {int(typed)} min without a hand"
            with engine.store.unit:
                chosen.keep_idle(engine.store.settings, int(typed))
                engine.store.journal.write("settings.idle", words, who="person")
            engine.door.sessions.idle = chosen.idle(engine.store.settings)
            return self._state()

        return engine.thread.ask(act, Urgency.COMMAND)

    def claim(self, words: str) -> None:
        self.engine.thread.ask(lambda: claiming.claim(self.engine, words), Urgency.COMMAND)

    def about(self) -> AboutView:
        return about.about(self.engine.folder, VERSION)

    def _takes(self, account_id: str, ticket: TicketDefaults) -> bool:
        can = self.engine.desk.connection_of(account_id).capabilities
        return ticket.type in can.order_types and ticket.time_in_force in can.times_in_force

    def _state(self) -> SettingsView:
        settings = self.engine.store.settings
        return SettingsView(
            ticket=chosen.ticket(settings), idle_minutes=int(self.engine.door.sessions.idle.total_seconds() // 60)
        )
