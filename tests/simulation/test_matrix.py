"""Every crash point crossed with everything a broker may answer: one order, or none, and never a doubt that stays."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from core.domain.order import Order, OrderType, Side, Status, TimeInForce
from tests.fakes.broker import ACCOUNT, Answer, Killed
from tests.simulation.weather import Weather
from tests.simulation.world import World

ANSWERS = (
    Answer.OK,
    Answer.REJECT,
    Answer.TIMEOUT_AFTER,
    Answer.TIMEOUT_BEFORE,
    Answer.REPLY_LOST,
    Answer.REQUEST_LOST,
    Answer.LATE,
    Answer.TWICE,
)
NEVER_ARRIVES = (Answer.TIMEOUT_BEFORE, Answer.REQUEST_LOST)
KILLING = {  # the same fate of the request, and we die before any reply could be read
    Answer.OK: Answer.KILLED_AFTER,
    Answer.TIMEOUT_AFTER: Answer.KILLED_AFTER,
    Answer.REPLY_LOST: Answer.KILLED_AFTER,
    Answer.TWICE: Answer.KILLED_AFTER,
    Answer.REJECT: Answer.KILLED_REFUSED,
    Answer.TIMEOUT_BEFORE: Answer.KILLED_BEFORE,
    Answer.REQUEST_LOST: Answer.KILLED_BEFORE,
    Answer.LATE: Answer.KILLED_LATE,
}
ORDER = Order(
    id="",
    intent_key="token",
    client_id="",
    account_id=ACCOUNT,
    instrument_id="i-ant",
    symbol="ANT",
    side=Side.BUY,
    type=OrderType.LIMIT,
    quantity=Decimal(10),
    limit=Decimal("50.00"),
    time_in_force=TimeInForce.GTC,
)


class Case(World):
    """A quiet day on which exactly one thing goes wrong."""

    def __init__(self, answer: Answer, refuses_repeats: bool) -> None:
        super().__init__(1, refuses_repeats=refuses_repeats, weather=Weather(eager=0.0))
        self.fate = answer
        self.meets: dict[str, list[Answer]] = {}
        self.line.answer = lambda verb, _: self.meets[verb].pop(0) if self.meets.get(verb) else Answer.OK
        self.line.meanwhile = lambda: None
        self.pump()

    def press(self, *, waits: bool = False) -> None:
        self.place(ORDER, waits=waits)

    def die_at(self, statement: str, act: Callable[[], object], *, after: bool = False, nth: int = 1) -> None:
        """The process dies when it is about to run that statement, or just has."""
        left = [nth]

        def look(sql: str) -> None:
            if sql.startswith(statement):
                left[0] -= 1
                if left[0] == 0:
                    raise Killed

        if after:
            self.disk.after = look
        else:
            self.disk.before = look
        act()
        assert self.house is None, f"{statement} was never reached"

    def meet(self, verb: str, *answers: Answer) -> None:
        self.meets[verb] = list(answers)

    def acknowledged(self) -> Order:
        self.press()
        self.pump()
        return self.ours(Status.ACKED)[0]

    def come_back(self) -> None:
        self.start()
        self.pump()
        self.press()  # the caller had no answer, and repeats with the same token
        self.pump()

    def trade(self) -> None:
        for held in list(self.broker.working()):
            self._fill(held)
            self.pump()

    @property
    def at_broker(self) -> int:
        return len(self.broker.held)


# The seventeen points. Each leaves a dead process behind; what comes next is the same for all.


def c0_before_the_command_arrives(case: Case) -> None:
    case.die()
    case.meet("submit", case.fate)


def c1_before_the_commit(case: Case) -> None:
    case.meet("submit", case.fate)
    case.die_at("BEGIN", case.press)


def c2_waiting_order_before_its_commit(case: Case) -> None:
    case.meet("submit", case.fate)
    case.die_at("COMMIT", lambda: case.press(waits=True))


def c3_inside_the_transaction(case: Case) -> None:
    case.meet("submit", case.fate)
    case.die_at("INSERT INTO journal", case.press)


def c4_waiting_order_committed(case: Case) -> None:
    case.meet("submit", case.fate)
    case.die_at("COMMIT", lambda: case.press(waits=True), after=True)


def c5_committed_and_no_byte_out(case: Case) -> None:
    case.meet("submit", case.fate)
    case.die_at("COMMIT", case.press, after=True)


def c6_half_of_the_bytes_out(case: Case) -> None:
    case.press()
    case.meet("submit", Answer.KILLED_BEFORE, case.fate)
    case.guarded_send()


def c7_reply_never_read(case: Case) -> None:
    case.press()
    case.meet("submit", KILLING[case.fate])
    case.guarded_send()


def c8_reply_read_and_not_stored(case: Case) -> None:
    case.press()
    case.meet("submit", case.fate)
    case.guarded_send()
    case.die()


def c9_arrives_after_our_not_found(case: Case) -> None:
    case.press()
    case.meet("submit", Answer.LATE, case.fate)
    for _ in range(5):
        case.pump()
        case.advance(8)
    case.die()
    case.arrive()


def c10_acknowledged_and_the_stream_not_heard(case: Case) -> None:
    case.meet("submit", case.fate)
    case.press()
    case.guarded_send()
    case.hear()
    case.die()
    for held in list(case.broker.working()):
        case.broker.fill(held, Decimal(4), Decimal("49.99"))


def c11_fill_heard_and_not_booked(case: Case) -> None:
    case.meet("submit", case.fate)
    case.press()
    case.guarded_send()
    for held in list(case.broker.working()):
        case.broker.fill(held, Decimal(4), Decimal("49.99"))
    case.die()


def c12_inside_the_booking(case: Case) -> None:
    order = case.acknowledged()
    case.meet("cancel", case.fate)
    case.broker.fill(case.broker.holding(order.client_id)[0], Decimal(4), Decimal("49.99"))
    case.die_at("INSERT INTO posting", case.hear, nth=2)


def c13_booked_and_the_cursor_not_moved(case: Case) -> None:
    order = case.acknowledged()
    case.meet("cancel", case.fate)
    case.broker.fill(case.broker.holding(order.client_id)[0], Decimal(4), Decimal("49.99"))
    case.die_at("COMMIT", case.hear, after=True)


def c14_cancel_sent(case: Case) -> None:
    order = case.acknowledged()
    case.cancel(order)
    case.meet("cancel", KILLING[case.fate])
    case.guarded_send()
    for held in list(case.broker.working()):
        case.broker.fill(held, Decimal(4), Decimal("49.99"))


def c15_replace_sent(case: Case) -> None:
    order = case.acknowledged()
    case.replace(order)
    case.meet("replace", KILLING[case.fate])
    case.guarded_send()
    for held in list(case.broker.working()):
        case.broker.fill(held, Decimal(4), Decimal("49.99"))


def c16_middle_of_a_batch(case: Case) -> None:
    batch = [
        replace(ORDER, intent_key=f"line-{n}", instrument_id=name, symbol=name)
        for n, name in enumerate(("i-ant", "i-bee", "i-cat"))
    ]
    case.meet("submit", case.fate)
    case.place(batch[0])
    case.pump()
    case.die_at("COMMIT", lambda: case.place(replace(batch[1], limit=Decimal("20.00"))), after=True)
    case.start()
    case.pump()
    case.advance(4)
    case.pump()  # what was found moved something: trading opens with the next reading
    for line in batch:
        limit = {"i-ant": "50.00", "i-bee": "20.00", "i-cat": "100.00"}[line.instrument_id]
        case.place(replace(line, limit=Decimal(limit)))


POINTS = [value for name, value in list(globals().items()) if name[0] == "c" and name[1].isdigit()]


@pytest.mark.parametrize("refuses_repeats", [True, False], ids=["refuses-repeats", "no-look-up"])
@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: answer.name.lower())
@pytest.mark.parametrize("point", POINTS, ids=lambda point: point.__name__)
def test_crash_point_and_answer(point: Callable[[Case], None], answer: Answer, refuses_repeats: bool) -> None:
    case = Case(answer, refuses_repeats)
    point(case)
    if case.house is None:
        case.come_back()
    else:
        case.pump()
    if point is not c15_replace_sent:  # what is replaced must not be filled first
        case.trade()
    case.heal()
    tokens = {held.order.intent_key for held in case.broker.held}
    assert case.at_broker == len(tokens)
    assert case.at_broker == expected(point.__name__.split("_")[0], answer, refuses_repeats)


def expected(point: str, answer: Answer, refuses_repeats: bool) -> int:
    """How many orders are at the broker in the end. A lost request is sent again only where a repeat is refused."""
    if point in ("c7", "c8", "c11", "c15") and answer is Answer.REJECT and refuses_repeats:
        return 2 if point == "c15" else 1  # nobody read the no; the repeat is taken
    arrives = answer is not Answer.REJECT and (refuses_repeats or answer not in NEVER_ARRIVES)
    if point in ("c9", "c12", "c13", "c14"):
        return 1  # the order itself was never in danger
    if point == "c15":
        return 1 + arrives
    if point == "c16":
        return arrives + refuses_repeats + 1  # one met the answer, one died on our disk, one came after
    if point in ("c5", "c6"):  # the first request was lost; only its repeat meets the answer, and is not repeated
        return int(refuses_repeats and arrives and answer not in NEVER_ARRIVES)
    return int(arrives)


def test_there_are_seventeen_points_and_eight_answers() -> None:
    assert (len(POINTS), len(ANSWERS)) == (17, 8)
