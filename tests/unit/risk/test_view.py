"""The picture: what reduces, what is on its way, and what may come of an order in doubt."""

from dataclasses import replace

import pytest

from core.domain.order import Order, Side, Status
from tests.unit.risk.scene import AAPL, D, buy, held, quote, sell, view, working

BUY, SELL = Side.BUY, Side.SELL


def on_sale(quantity: str, name: str = "a", **changes: object) -> Order:
    return working(sell(quantity, limit="120"), id=name, **changes)


@pytest.mark.parametrize(("quantity", "reduces"), [("1", True), ("100", True), ("100.000000001", False)])
def test_a_sale_up_to_what_is_held_reduces(quantity: str, reduces: bool) -> None:
    assert view(positions=held(aapl="100")).reduces(sell(quantity)) is reduces
    assert view(positions=held(aapl="-100")).reduces(buy(quantity)) is reduces


def test_adding_never_reduces() -> None:
    assert not view(positions=held(aapl="100")).reduces(buy("1"))
    assert not view(positions=held(aapl="-100")).reduces(sell("1"))
    assert not view().reduces(buy("1"))
    assert not view().reduces(sell("1"))
    assert not view(positions=held(msft="100")).reduces(sell("1"))


def test_several_open_orders_on_its_side_count_first() -> None:
    seen = view(positions=held(aapl="100"), open_orders=(on_sale("30", "a"), on_sale("30", "b")))
    assert seen.reduces(sell("40"))
    assert not seen.reduces(sell("41"))


def test_open_orders_on_the_other_side_do_not_help_nor_hurt() -> None:
    seen = view(positions=held(aapl="100"), open_orders=(working(buy("50", limit="90")),))
    assert seen.reduces(sell("100"))
    assert not seen.reduces(sell("101"))


def test_only_what_is_left_of_an_open_order_counts() -> None:
    half = on_sale("60", filled=D(50), status=Status.PARTIAL)
    assert view(positions=held(aapl="100"), open_orders=(half,)).reduces(sell("90"))
    assert not view(positions=held(aapl="100"), open_orders=(half,)).reduces(sell("91"))


def test_a_replacement_takes_the_place_of_what_it_replaces() -> None:
    seen = view(positions=held(aapl="100"), open_orders=(on_sale("100"),))
    assert not seen.reduces(sell("100", limit="110"))
    assert seen.reduces(sell("100", limit="110", replaces="a"))


def test_a_replacement_of_a_half_filled_order_carries_what_filled() -> None:
    half = on_sale("100", filled=D(40), status=Status.PARTIAL)
    seen = view(positions=held(aapl="60"), open_orders=(half,))
    assert seen.reduces(sell("100", limit="110", replaces="a", carried="40"))
    assert not seen.reduces(sell("101", limit="110", replaces="a", carried="40"))


def test_while_a_replacement_is_under_way_the_larger_of_the_two_counts() -> None:
    old = on_sale("60", "a", status=Status.REPLACE_PENDING)
    for size, most in (("80", "80"), ("50", "60")):
        new = on_sale(size, "b", status=Status.SENDING, replaces="a")
        for orders in ((old, new), (new, old)):
            assert view(open_orders=orders).open_quantity("aapl", SELL) == D(most)


def test_a_chain_of_replacements_counts_once() -> None:
    chain = (
        on_sale("100", "a", status=Status.REPLACE_PENDING),
        on_sale("50", "b", status=Status.REPLACE_PENDING, replaces="a"),
        on_sale("80", "c", status=Status.SENDING, replaces="b"),
    )
    assert view(open_orders=chain).open_quantity("aapl", SELL) == 100
    assert view(open_orders=chain[::-1]).open_quantity("aapl", SELL) == 100
    fourth = sell("100", limit="110", replaces="c")
    assert view(open_orders=chain).open_quantity("aapl", SELL, besides=fourth) == 0


def test_damaged_rows_that_replace_each_other_do_not_hang_the_desk() -> None:
    circle = (on_sale("1", "a", replaces="b"), on_sale("2", "b", replaces="a"), on_sale("4", "c", replaces="a"))
    assert view(open_orders=circle).open_quantity("aapl", SELL) >= 4


def test_an_order_judged_again_is_not_counted_beside_itself() -> None:
    again = on_sale("100", status=Status.UNSENT)
    assert view(positions=held(aapl="100"), open_orders=(again,)).reduces(again)


def test_an_order_in_doubt_does_not_lock_anyone_in_but_one_being_sent_counts() -> None:
    long = held(aapl="100")
    assert view(positions=long, open_orders=(on_sale("100", status=Status.UNKNOWN),)).reduces(sell("100"))
    assert not view(positions=long, open_orders=(on_sale("100", status=Status.SENDING),)).reduces(sell("100"))


@pytest.mark.parametrize(
    ("position", "doubt", "asked", "words"),
    [
        ("100", sell("100"), sell("100"), "short 100 AAPL"),
        ("100", sell("60"), sell("40"), "with 0 AAPL left"),
        ("100", sell("30"), sell("50"), "with 20 AAPL left"),
        ("-100", buy("100"), buy("100"), "long 100 AAPL"),
    ],
)
def test_the_worst_case_in_words(position: str, doubt: Order, asked: Order, words: str) -> None:
    unsure = working(doubt, status=Status.UNKNOWN)
    seen = view(positions=held(aapl=position), open_orders=(unsure,))
    assert words in seen.worst_case(asked)


def test_no_worst_case_without_doubt() -> None:
    assert view(positions=held(aapl="100"), open_orders=(on_sale("50"),)).worst_case(sell("50")) == ""


@pytest.mark.parametrize(
    ("ours", "theirs", "sure"),
    [("100", "80", "80"), ("80", "100", "80"), ("-100", "-80", "-80"), ("100", "-5", "0"), ("100", "0", "0")],
)
def test_where_the_broker_differs_only_what_both_agree_on_is_sure(ours: str, theirs: str, sure: str) -> None:
    seen = view(positions=held(aapl=ours), confirmed=False, broker_quantity=D(theirs))
    assert seen.sure_quantity("aapl") == D(sure)


def test_an_unconfirmed_position_nobody_can_vouch_for_is_not_reduced() -> None:
    assert not view(positions=held(aapl="100"), confirmed=False).reduces(sell("1"))


def test_value_after_prices_the_order_at_its_limit_and_the_rest_at_the_market() -> None:
    seen = view(positions=held(aapl="10"), open_orders=(working(buy("5", limit="90")),))
    assert seen.value_after(buy("10", limit="80")) == 10 * 80 + 15 * 100
    assert seen.value_after(buy("10")) == 25 * 100


def test_value_of_what_has_a_multiplier() -> None:
    hundred = replace(AAPL, multiplier=D(100))
    assert view(instrument=hundred).value_after(buy("1", limit="2.50")) == 250


@pytest.mark.parametrize("name", ["cash", "equity", "day_start_equity", "peak_equity", "buying_power"])
@pytest.mark.parametrize("broken", ["NaN", "sNaN", "Infinity"])
def test_a_picture_never_holds_what_is_no_number(name: str, broken: str) -> None:
    with pytest.raises(ValueError, match="not a number"):
        view(**{name: D(broken)})


def test_nor_in_its_prices_and_quotes() -> None:
    with pytest.raises(ValueError, match="not a number"):
        view(prices={"aapl": D("NaN")})
    with pytest.raises(ValueError, match="not a number"):
        view(quote=quote(ask="NaN"))
