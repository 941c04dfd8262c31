"""A person's word ends a doubt; killed in the middle of it, or proved wrong, nothing is forgotten."""

from dataclasses import replace
from decimal import Decimal

from core.domain.order import Order, Status, TimeInForce
from tests.fakes.broker import Answer
from tests.simulation.test_matrix import ORDER, Case


def quiet(case: Case, rounds: int = 14) -> None:
    for _ in range(rounds):
        case.pump()
        case.clock.advance(8)


def ended_on_a_word() -> tuple[Case, Order]:
    """The request is under way for a day; looked for in vain, a person says the broker has no such order."""
    case = Case(Answer.OK, refuses_repeats=True)
    case.meet("submit", *[Answer.LATE] * 9)
    case.place(replace(ORDER, time_in_force=TimeInForce.DAY))
    case.pump()
    case.clock.advance(24 * 3600)
    quiet(case)
    (order,) = case.ours(Status.UNKNOWN)
    case.minder.attest(order.id, "the broker has no such order")
    return case, order


def frozen(case: Case) -> set[str]:
    return {restriction.scope for restriction in case.desk_house.pictures.levels.restrictions}


def test_a_word_proved_wrong_freezes_the_symbol() -> None:
    case, _ = ended_on_a_word()
    case.arrive()
    case.broker.fill(case.broker.held[0], Decimal(4), Decimal(50))
    quiet(case, 2)
    assert frozen(case) == {"acct/i-ant"}


def test_killed_between_the_fill_and_the_freeze_it_is_frozen_all_the_same() -> None:
    case, _ = ended_on_a_word()
    case.arrive()
    case.broker.fill(case.broker.held[0], Decimal(4), Decimal(50))
    case.die_at("COMMIT", case.hear, after=True)
    case.start()
    quiet(case, 4)
    assert frozen(case) == {"acct/i-ant"}
    assert case.desk_house.store.books.positions("acct")["i-ant"].quantity == 4


def test_killed_while_a_word_about_a_replacement_is_written_the_old_order_stands() -> None:
    case = Case(Answer.OK, refuses_repeats=True)
    old = case.acknowledged()
    case.meet("replace", *[Answer.REQUEST_LOST] * 9)
    case.replace(old)
    case.pump()
    case.clock.advance(24 * 3600)
    quiet(case)
    (new,) = case.ours(Status.UNKNOWN)
    case.die_at("COMMIT", lambda: case.attempt(lambda: case.minder.attest(new.id, "not there")), after=True)
    case.start()
    quiet(case)
    case.heal()
    assert [order.status for order in case.ours(*Status)] == [Status.ACKED]
