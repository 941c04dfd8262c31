"""An evidence file: read as it was made, and refused once a hand has changed it."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from core.domain.errors import BadInput
from core.domain.workspace import WorkspaceKind
from core.engine.exhibit import Exhibit, read
from core.market.sessions import Sessions
from tests.fakes.live import NOON, exhibit


def test_it_is_read_as_it_was_made_whatever_became_of_its_blanks() -> None:
    made = exhibit(3)
    assert read(made.text, Sessions(), NOON) == made
    assert read(f"\n {made.text.replace(chr(10), '  ')} ", Sessions(), NOON) == made
    assert [day.counts for day in made.watched(Sessions())] == [True] * 3


CHANGES: dict[str, Callable[[Exhibit], object]] = {
    "orders": lambda t: msgspec.structs.replace(t, days=(msgspec.structs.replace(t.days[0], orders=500), *t.days[1:])),
    "a day more": lambda t: msgspec.structs.replace(t, days=(*t.days, *exhibit(1, 9).days)),
    "a mismatch less": lambda t: msgspec.structs.replace(t, standing=()),
    "another workspace": lambda t: msgspec.structs.replace(t, workspace_id="another"),
    "no seal": lambda t: msgspec.structs.replace(t, seal=""),
    "another's seal": lambda t: msgspec.structs.replace(t, seal=exhibit(3).seal),
    "younger": lambda t: msgspec.structs.replace(t, made_at=NOON),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_file_that_was_edited_is_refused(change: Callable[[Exhibit], Exhibit]) -> None:
    changed = change(exhibit(19, 50, standing=("AAPL differs",)))
    with pytest.raises(BadInput, match="changed after it was made"):
        read(changed.text, Sessions(), NOON)


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", "null", "x" * 600_000, '{"form":1}', "\ud800", '{"days":[{}]}'], ids=range(8)
)
def test_what_is_no_evidence_file_is_one_sentence(text: str) -> None:
    with pytest.raises(BadInput, match="Nothing was taken on"):
        read(text, Sessions(), NOON)


@pytest.mark.parametrize(
    "impossible",
    [
        {"kind": WorkspaceKind.LIVE},
        {"made_at": NOON.replace(year=2027)},
        {"days": (*exhibit(1).days, *exhibit(1).days)},
        {"days": tuple(msgspec.structs.replace(day, seconds=90_000.0) for day in exhibit(1).days)},
        {"days": tuple(msgspec.structs.replace(day, seconds=-1.0) for day in exhibit(1).days)},
        {"days": tuple(msgspec.structs.replace(day, orders=-1) for day in exhibit(1).days)},
        {"days": tuple(msgspec.structs.replace(day, day=day.day.replace(year=1801)) for day in exhibit(1).days)},
        {"days": tuple(msgspec.structs.replace(day, day=day.day.replace(year=9999)) for day in exhibit(1).days)},
    ],
    ids=["live", "to come", "twice", "too long", "less than nothing", "fewer than none", "long ago", "far off"],
)
def test_sealed_or_not_what_cannot_have_been_is_refused(impossible: dict[str, Any]) -> None:
    made = msgspec.structs.replace(exhibit(), **impossible).sealed()
    with pytest.raises(BadInput, match="Nothing was taken on"):
        read(made.text, Sessions(), NOON)
