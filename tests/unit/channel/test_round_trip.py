"""Everything the facets can say crosses the channel and comes out the same."""

from decimal import Decimal
from typing import Any, get_type_hints

import msgspec
import pyarrow as pa
import pytest

from core.channel.client import Line, connect
from core.channel.facets.orders import Draft
from core.channel.home import WorkspaceFolder
from core.channel.verbs import FACETS, VERBS, Verb
from core.domain import errors
from core.domain.errors import BadInput, DeskError, DeskUnreachable, NotConfirmed, RiskBreach
from core.domain.order import Side
from core.domain.verdict import Consent, Outcome, Verdict
from tests.unit.channel.examples import TABLE, example
from tests.unit.channel.small_desk import SmallDesk

EVERY_VERB = [pytest.param(verb, id=str(verb)) for verb in VERBS.values()]
EVERY_ERROR = [
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, DeskError) and kind is not RiskBreach
]


def ask(desk: Any, verb: Verb, *args: Any, **named: Any) -> Any:
    return getattr(getattr(desk, verb.facet), verb.name)(*args, **named)


def same(left: Any, right: Any) -> bool:
    """Decimals digit by digit: 1.10 is not 1.1 here."""
    if isinstance(left, pa.Table):
        return bool(left.equals(right))
    return repr(left) == repr(right) and bool(left == right)


def test_every_facet_of_the_desk_can_be_asked() -> None:
    assert {"health", "orders", "positions", "market", "trading", "limits", "journal", "jobs", "practice"} <= set(
        FACETS
    )
    assert ("orders", "confirm") in VERBS
    assert all(not name.startswith("_") for _, name in VERBS)


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize("bare", [False, True], ids=["full", "bare"])
@pytest.mark.parametrize("verb", EVERY_VERB)
def test_what_is_given_and_what_comes_back(verb: Verb, bare: bool, desk: SmallDesk, folder: WorkspaceFolder) -> None:
    hints = get_type_hints(verb.given)
    given = {name: example(shape, bare=bare) for name, shape in hints.items()}
    answer = example(verb.result, bare=bare)
    desk.answers[str(verb)] = answer

    here = connect(folder)

    assert same(ask(here, verb, **given), answer)
    assert same(ask(here, verb, *given.values()), answer)
    assert desk.asked[0] == desk.asked[1]
    asked, arrived = desk.asked[0]
    assert asked == str(verb)
    assert same(arrived, given)


@pytest.mark.usefixtures("server")
def test_what_is_left_out_has_its_default(desk: SmallDesk, folder: WorkspaceFolder) -> None:
    desk.answers["journal.table"] = TABLE
    connect(folder).journal.table(find="NVDA")
    assert desk.asked == [("journal.table", {"before": 0, "limit": 200, "find": "NVDA", "kind": "", "tag": ""})]


@pytest.mark.usefixtures("server")
def test_a_table_keeps_its_decimals(desk: SmallDesk, folder: WorkspaceFolder) -> None:
    desk.answers["positions.table"] = TABLE
    table = connect(folder).positions.table()
    assert table.schema == TABLE.schema
    assert table.column("price").to_pylist()[:2] == [Decimal("182.500000001"), Decimal("-0.000000001")]


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize("kind", EVERY_ERROR)
def test_an_error_arrives_as_what_it_is(kind: type[DeskError], desk: SmallDesk, folder: WorkspaceFolder) -> None:
    desk.answers["orders.confirm"] = kind("It failed. Nothing was sent. Look “here”.")
    with pytest.raises(DeskError) as caught:
        connect(folder).orders.confirm("token", Consent())
    assert type(caught.value) is kind
    assert str(caught.value) == "It failed. Nothing was sent. Look “here”."
    assert caught.value.__cause__ is None


@pytest.mark.usefixtures("server")
def test_a_breach_brings_its_verdicts(desk: SmallDesk, folder: WorkspaceFolder) -> None:
    verdicts = (
        Verdict(check="R21", outcome=Outcome.BLOCK, title="Share", inputs="26 %", limit="25 %", overridable=True),
        Verdict(check="R06", outcome=Outcome.NEEDS_DATA, title="Buying power"),
    )
    desk.answers["orders.review"] = RiskBreach("Too much of one name.", verdicts)
    with pytest.raises(RiskBreach, match="Too much of one name") as caught:
        connect(folder).orders.review(Draft(symbol="NVDA", side=Side.BUY, quantity="1"))
    assert caught.value.verdicts == verdicts


@pytest.mark.usefixtures("server")
def test_an_error_of_a_kind_only_the_engine_knows_arrives_as_the_nearest_known(
    desk: SmallDesk, folder: WorkspaceFolder
) -> None:
    class TooLate(NotConfirmed):
        """Known to the engine only."""

    desk.answers["orders.reviewed"] = TooLate("Gone.")
    with pytest.raises(NotConfirmed, match="Gone"):
        connect(folder).orders.reviewed("token")


@pytest.mark.usefixtures("server")
def test_a_fault_of_ours_is_logged_and_arrives_as_a_sentence(
    desk: SmallDesk, folder: WorkspaceFolder, caplog: pytest.LogCaptureFixture
) -> None:
    desk.answers["jobs.all"] = ZeroDivisionError("secret detail")
    here = connect(folder)
    with pytest.raises(DeskError, match=r"jobs.all failed inside the engine \(ZeroDivisionError\)") as caught:
        here.jobs.all()
    assert "secret detail" not in str(caught.value)
    assert "Traceback" not in str(caught.value)
    assert "secret detail" in caplog.text
    desk.answers["jobs.all"] = ()
    assert here.jobs.all() == ()


@pytest.mark.usefixtures("server")
def test_an_answer_that_cannot_be_written_down_is_our_fault_too(desk: SmallDesk, folder: WorkspaceFolder) -> None:
    desk.answers["journal.kinds"] = (object(),)
    with pytest.raises(DeskError, match="failed inside the engine"):
        connect(folder).journal.kinds()


@pytest.mark.usefixtures("server")
def test_an_answer_of_another_version_is_no_answer(desk: SmallDesk, folder: WorkspaceFolder) -> None:
    desk.answers["journal.kinds"] = {"kinds": 1}
    with pytest.raises(DeskUnreachable, match="different versions"):
        connect(folder).journal.kinds()


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize(
    "given",
    [{"token": 7, "consent": Consent()}, {"token": "x", "consent": Consent(), "price": "0"}, {"order_id": "x"}, {}],
)
def test_arguments_of_the_wrong_shape_reach_nobody(
    given: dict[str, Any], desk: SmallDesk, folder: WorkspaceFolder
) -> None:
    verb = VERBS["orders", "confirm"]
    crooked = msgspec.defstruct("crooked", [(name, Any) for name in given])(*given.values())
    with pytest.raises(BadInput, match=r"orders.confirm cannot be asked like this.*Nothing was done"):
        Line(folder, 5).begin(verb, crooked)()
    assert desk.asked == []


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize(("facet", "name"), [("orders", "_gate"), ("orders", "__class__"), ("vault", "open"), ("", "")])
def test_only_what_the_facets_promise_can_be_asked(
    facet: str, name: str, desk: SmallDesk, folder: WorkspaceFolder
) -> None:
    nothing = msgspec.defstruct("nothing", [])
    with pytest.raises(BadInput, match="cannot do"):
        Line(folder, 5).begin(Verb(facet, name, nothing, None), nothing())()
    assert desk.asked == []


@pytest.mark.usefixtures("server")
def test_a_request_that_is_too_long_is_not_sent(desk: SmallDesk, folder: WorkspaceFolder) -> None:
    with pytest.raises(BadInput, match="Nothing was done"):
        connect(folder).journal.note(1, "x" * (1 << 20))
    assert desk.asked == []


@pytest.mark.usefixtures("server")
def test_an_answer_that_is_too_long_says_so(
    desk: SmallDesk, folder: WorkspaceFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.channel.server.LONGEST_REPLY", 1000)
    desk.answers["positions.table"] = pa.table({"x": list(range(1000))})
    with pytest.raises(BadInput, match="Ask for fewer rows"):
        connect(folder).positions.table()
