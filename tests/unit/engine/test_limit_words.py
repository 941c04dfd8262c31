"""A changed limit stands in the journal in words a person knows from the page Limits."""

from pathlib import Path

from tests.unit.engine.opened import opened


def test_a_changed_limit_is_journaled_by_its_label_and_as_it_is_written(tmp_path: Path) -> None:
    with opened(tmp_path) as desk:
        desk.desk.limits.change("R21", "block_above", "22%", "one name in five at most")
        desk.desk.limits.change("R24", "within", "7", "slower prices")
        newest, before = desk.desk.journal.table(limit=2).column("title").to_pylist()
    assert before == "Limit R21, blocks above this share in one name: 25% → 22%"
    assert newest.endswith(": 5 s → 7 s")
