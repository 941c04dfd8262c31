"""The terms of a practice account: what can be set, within which bounds, and how it is read and written."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

from core.brokers.practice import PracticeBroker
from core.channel.facets.runs import TermView
from core.domain.account import AccountKind
from core.domain.errors import BadInput
from core.domain.money import MONEY_PLACES, typed_number

_HUNDRED: Final = Decimal(100)
_MILLISECOND: Final = timedelta(milliseconds=1)
_MINUTE: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One number. `shown` makes of the setting what a person reads, `kept` the setting of what was typed."""

    name: str
    title: str
    unit: str
    phrase: str
    least: Decimal
    most: Decimal
    places: int
    shown: Callable[[Any], Decimal]
    kept: Callable[[Decimal], Any]

    def read(self, typed: str) -> Any:
        """The setting, or one sentence."""
        number = typed_number(typed, self.title, MONEY_PLACES)
        if number != round(number, self.places):
            most = f"at most {self.places} decimals" if self.places else "a whole number"
            raise BadInput(f"{self.title} is {number:f}. No run was begun: write {most}.")
        if not self.least <= number <= self.most:
            raise BadInput(
                f"{self.title} is {number:f}, and can be {self.bounds}. No run was begun: type a number in between."
            )
        return self.kept(number)

    @property
    def bounds(self) -> str:
        unit = f" {self.unit}" if self.unit else ""
        return f"from {self.least:,f} to {self.most:,f}{unit}"


def _plain(value: Decimal) -> Decimal:
    return value


def _times_100(value: Decimal) -> Decimal:
    return value * _HUNDRED


def _over_100(value: Decimal) -> Decimal:
    return value / _HUNDRED


def _share(name: str, title: str, unit: str, phrase: str, least: str, most: str) -> Term:
    return Term(
        name=name,
        title=title,
        unit=unit,
        phrase=phrase,
        least=Decimal(least),
        most=Decimal(most),
        places=4,
        shown=_times_100,
        kept=_over_100,
    )


def _number(name: str, title: str, unit: str, phrase: str, least: str, most: str, places: int = 2) -> Term:
    return Term(
        name=name,
        title=title,
        unit=unit,
        phrase=phrase,
        least=Decimal(least),
        most=Decimal(most),
        places=places,
        shown=_plain,
        kept=_plain,
    )


def _span(name: str, title: str, unit: str, phrase: str, most: str, each: timedelta, least: str = "0") -> Term:
    return Term(
        name=name,
        title=title,
        unit=unit,
        phrase=phrase,
        least=Decimal(least),
        most=Decimal(most),
        places=0,
        shown=lambda value: Decimal(value // each),
        kept=lambda number: int(number) * each,
    )


TERMS: Final = (
    _number("starting_cash", "Starting cash", "USD", "What the account begins with.", "100", "100000000"),
    _number(
        "overnight", "Overnight leverage", "× equity", "Positions outside regular hours and at the close.", "1", "4"
    ),
    _number("intraday", "Intraday leverage", "× equity", "Positions in regular hours.", "1", "4"),
    _share("margin_rate", "Interest on credit", "% a year", "For every night, on borrowed cash.", "0", "50"),
    _share(
        "borrow_rate", "Fee on shorts", "% a year", "For every night; more where a name is hard to borrow.", "0", "50"
    ),
    _share("borrow", "Shares lent", "% of a usual day", "Of a name and day, about: what can be sold short.", "0", "10"),
    _span(
        "call_grace",
        "Time to meet a margin call",
        "minutes",
        "From the next opening; then the broker closes what is needed.",
        "390",
        _MINUTE,
    ),
    _span(
        "latency",
        "Latency",
        "ms",
        "Market time until an order or a cancel arrives, up to twice of it.",
        "5000",
        _MILLISECOND,
    ),
    _share("participation", "Share of the volume", "%", "The most you get of what everybody trades.", "1", "100"),
    replace(
        _number("impact", "Push", "×", "How far what you take moves the price away; 0 = not at all.", "0", "3"),
        shown=lambda value: Decimal(str(value)),
        kept=float,
    ),
    _span(
        "impact_half_life",
        "Half-life of the push",
        "minutes",
        "Until half of the push has faded.",
        "1440",
        _MINUTE,
        "1",
    ),
)
KIND: Final = "kind"
_KINDS: Final = {"margin": AccountKind.MARGIN, "cash": AccountKind.CASH}


def views(broker: PracticeBroker) -> tuple[TermView, ...]:
    """All of them, as this account has them."""
    usual = PracticeBroker()
    kind = TermView(
        name=KIND,
        title="Account",
        unit="",
        phrase="Margin: credit and short sales. Cash: neither, and what a sale brings settles a day later.",
        value=broker.kind.value,
        default=usual.kind.value,
        bounds="margin or cash",
        choices=tuple(_KINDS),
    )
    return (kind, *(_view(term, broker, usual) for term in TERMS))


def read(broker: PracticeBroker, typed: Mapping[str, str]) -> PracticeBroker:
    """The same account on other terms; what is not given stays as it is. BadInput says what cannot be."""
    known = {KIND, *(term.name for term in TERMS)}
    if strange := sorted(typed.keys() - known):
        raise BadInput(f"{strange[0][:40]} is no term of a practice account. No run was begun.")
    changes: dict[str, Any] = {term.name: term.read(typed[term.name]) for term in TERMS if term.name in typed}
    if KIND in typed:
        if typed[KIND] not in _KINDS:
            raise BadInput("An account is a margin or a cash account. No run was begun: choose one of these.")
        changes[KIND] = _KINDS[typed[KIND]]
    wanted = replace(broker, **changes)
    if wanted.intraday < wanted.overnight:
        raise BadInput(
            f"Intraday leverage {wanted.intraday:f} is below overnight leverage {wanted.overnight:f}, so a position "
            "could be kept that could not be opened. No run was begun: raise the one or lower the other."
        )
    return wanted


def _view(term: Term, broker: PracticeBroker, usual: PracticeBroker) -> TermView:
    return TermView(
        name=term.name,
        title=term.title,
        unit=term.unit,
        phrase=term.phrase,
        value=_words(term.shown(getattr(broker, term.name))),
        default=_words(term.shown(getattr(usual, term.name))),
        bounds=term.bounds,
    )


def _words(number: Decimal) -> str:
    """2, 0.3, 100000: as it is typed."""
    return f"{number.normalize():f}"
