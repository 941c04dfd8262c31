"""What the feed lists, day by day: new names, new symbols, and names that are gone with their reason."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from core.channel.facets.orders import Draft
from core.domain.corporate_event import CorporateEvent, EventKind
from core.domain.errors import BadInput
from core.domain.instrument import Instrument
from core.domain.order import Side
from core.engine.listing import relist
from tests.unit.engine.opened import Opened, opened

TODAY = date(2026, 9, 14)
FRIDAY = date(2026, 9, 11)


def change(desk: Opened, monkeypatch: pytest.MonkeyPatch) -> dict[str, Instrument]:
    """AAPL is renamed, MSFT was bought on Friday, and a name is new."""
    listed = {i.symbol: i for i in desk.engine.feed.instruments()}
    renamed, bought = listed["AAPL"], listed.pop("MSFT")
    listed["AAPL"] = replace(renamed, symbol="APPL")
    listed["NEWX"] = replace(renamed, id="xsim-9999", symbol="NEWX", name="New Works")
    more: dict[EventKind, Any] = {
        EventKind.SYMBOL_CHANGE: {"instrument_id": renamed.id, "symbol": "APPL"},
        EventKind.CASH_MERGER: {"instrument_id": bought.id, "cash": 600},
    }
    events = [
        CorporateEvent(id=kind.value, kind=kind, announced=FRIDAY, effective=FRIDAY, **what)
        for kind, what in more.items()
    ]
    monkeypatch.setattr(desk.engine.feed, "instruments", lambda: list(listed.values()))
    monkeypatch.setattr(
        desk.engine.feed, "events", lambda name, first, last: [e for e in events if e.instrument_id == name]
    )
    return {"renamed": renamed, "bought": bought}


def test_the_catalogue_follows_the_list_when_the_day_begins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with opened(tmp_path) as desk:
        desk.settle(3)
        was = change(desk, monkeypatch)
        desk.background.wake("day_roll")
        catalogue = desk.engine.store.catalogue
        renamed, bought = catalogue.get(was["renamed"].id), catalogue.get(was["bought"].id)
        assert renamed is not None
        assert bought is not None
        assert renamed.symbol == "APPL"
        assert catalogue.by_alias("practice", "AAPL", date(2026, 9, 10)) == renamed
        assert catalogue.by_alias("practice", "AAPL", FRIDAY) is None
        assert catalogue.by_alias("practice", "APPL", TODAY) == renamed
        assert (bought.tradable, bought.not_traded) == (False, "It was bought on 2026-09-11")
        assert catalogue.by_symbol("NEWX") == catalogue.get("xsim-9999")
        (row,) = desk.desk.journal.table(kind="listing").to_pylist()
        assert (
            row["title"]
            == "AAPL is now APPL; NEWX (New Works) is listed; MSFT trades no more: it was bought on 2026-09-11"
        )
        assert desk.engine.thread.ask(lambda: relist(desk.engine.store, desk.engine.feed, TODAY)) == ""
        with pytest.raises(BadInput, match=r"AAPL is called APPL since 11 Sep 2026\. Nothing was sent: type APPL"):
            desk.desk.market.quote("AAPL")
        sheet = desk.desk.orders.review(Draft(symbol="MSFT", side=Side.BUY, quantity="1"))
        said = [v.message for v in sheet.verdicts if v.check == "R23"]
        assert said == ["MSFT cannot be traded at present. It was bought on 2026-09-11."]
    monkeypatch.undo()


def test_names_are_kept_over_a_restart_and_a_name_may_come_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(tmp_path) as desk:
        was = change(desk, monkeypatch)
        desk.engine.thread.ask(lambda: relist(desk.engine.store, desk.engine.feed, TODAY))
        desk.engine.thread.ask(desk.engine.store.catalogue.read)
        kept = desk.engine.store.catalogue.get(was["renamed"].id)
        assert kept is not None
        assert kept.symbol == "APPL"
    monkeypatch.undo()
    with opened(tmp_path) as desk:  # the real feed still calls it AAPL
        catalogue = desk.engine.store.catalogue
        assert catalogue.by_symbol("AAPL") == catalogue.get(was["renamed"].id)
        back, gone = catalogue.get(was["bought"].id), catalogue.get("xsim-9999")
        assert back is not None
        assert gone is not None
        assert (back.tradable, back.not_traded) == (True, "")
        assert (gone.tradable, gone.not_traded) == (False, "It is no longer listed")
