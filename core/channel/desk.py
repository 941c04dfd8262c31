"""The desk as everyone outside the engine sees it: one facet per noun. Both ends of the channel speak this."""

from typing import Protocol

from core.channel.facets.alerts import Alerts
from core.channel.facets.backups import Backups
from core.channel.facets.charts import Charts
from core.channel.facets.connections import Connections
from core.channel.facets.crash_day import CrashDay
from core.channel.facets.health import Health
from core.channel.facets.jobs import Jobs
from core.channel.facets.journal import Journal
from core.channel.facets.limits import Limits
from core.channel.facets.live import Live
from core.channel.facets.lock import Lock
from core.channel.facets.market import Market
from core.channel.facets.notices import Notices
from core.channel.facets.orders import Orders
from core.channel.facets.outside import Outside
from core.channel.facets.performance import Performance
from core.channel.facets.positions import Positions
from core.channel.facets.practice import Practice
from core.channel.facets.reports import Reports
from core.channel.facets.runs import Runs
from core.channel.facets.settings import Settings
from core.channel.facets.statements import Statements
from core.channel.facets.ticket import Ticket
from core.channel.facets.trading import Trading
from core.channel.facets.vault import Vault
from core.channel.facets.watchlists import Watchlists
from core.channel.facets.welcome import Welcome


class Desk(Protocol):
    """Everything that can be asked of an engine."""

    @property
    def health(self) -> Health:
        """Is it alive, whose is it, what does it wait for."""
        ...

    @property
    def orders(self) -> Orders:
        """Review, place, watch, cancel."""
        ...

    @property
    def positions(self) -> Positions:
        """What is held and what it is worth."""
        ...

    @property
    def performance(self) -> Performance:
        """How well it went."""
        ...

    @property
    def market(self) -> Market:
        """Names, quotes, bars, hours."""
        ...

    @property
    def ticket(self) -> Ticket:
        """What can be ordered, and what it would come to."""
        ...

    @property
    def trading(self) -> Trading:
        """Stop, resume, and what is blocked."""
        ...

    @property
    def limits(self) -> Limits:
        """The numbers the checks apply."""
        ...

    @property
    def journal(self) -> Journal:
        """Everything that happened."""
        ...

    @property
    def jobs(self) -> Jobs:
        """What runs in the background."""
        ...

    @property
    def lock(self) -> Lock:
        """Who may ask, and the way in."""
        ...

    @property
    def vault(self) -> Vault:
        """The passphrase itself."""
        ...

    @property
    def practice(self) -> Practice:
        """The invented market's own switches; refused in any other kind of workspace."""
        ...

    @property
    def crash_day(self) -> CrashDay:
        """A guided session in the practice market, with a report; refused in any other kind of workspace."""
        ...

    @property
    def runs(self) -> Runs:
        """Practice accounts, the one in use and those before, and starting again."""
        ...

    @property
    def statements(self) -> Statements:
        """What each run earned, and what trading cost."""
        ...

    @property
    def notices(self) -> Notices:
        """Who is told what, by which way."""
        ...

    @property
    def charts(self) -> Charts:
        """Bars with indicators, and what happened on the way."""
        ...

    @property
    def watchlists(self) -> Watchlists:
        """Names a person watches."""
        ...

    @property
    def alerts(self) -> Alerts:
        """What a person wants to be told of."""
        ...

    @property
    def live(self) -> Live:
        """What has to be shown before real orders are sent, and the acts that lead there."""
        ...

    @property
    def reports(self) -> Reports:
        """What each day was, kept and found again."""
        ...

    @property
    def welcome(self) -> Welcome:
        """First steps, and what was read."""
        ...

    @property
    def outside(self) -> Outside:
        """What leaves this machine."""
        ...

    @property
    def settings(self) -> Settings:
        """What a person set once, and what there is on this machine."""
        ...

    @property
    def backups(self) -> Backups:
        """Copies of the database, here and at a second place."""
        ...

    @property
    def connections(self) -> Connections:
        """Brokers: what each can do, and how it stands."""
        ...
