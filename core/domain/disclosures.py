"""What a person should have read before money is at risk. Whoever changes a word raises the version, and it is asked again."""

from typing import Final

VERSION: Final = 1
DISCLOSURES: Final = (
    (
        "You can lose money, and more than you put in.",
        "Prices move against you, sometimes faster than anything here can act. A share you own can become worthless. "
        "With borrowed money, or with shares sold short, a loss can be larger than the account: you owe the rest.",
    ),
    (
        "A stop is an order, not a promise.",
        "It becomes a market order once its price was touched. After a gap overnight, or once a paused name trades again, it fills where the market "
        "is by then, which can be far below. A limit order may not fill at all.",
    ),
    (
        "Practice is not the market.",
        "Its prices are invented. Doing well there shows that you can work the desk; it says nothing about what you will "
        "earn. A broker's paper account fills orders that a real market might not have filled.",
    ),
    (
        "This desk is a program on one machine.",
        "It can be off, asleep, cut off or wrong. What rests at the broker goes on without it; what only waits here does "
        "not. Keep a way to your broker that does not need this desk: its own app, and its phone number on paper.",
    ),
    (
        "The broker's books count.",
        "Values here are worked out from what the broker told and from the last prices. Compare them with its "
        "statements. Nothing here is a tax report.",
    ),
    (
        "Nobody advises you.",
        "Limits, warnings, lessons, indicators and sample portfolios are tools, not recommendations. You decide on every "
        "order and answer for it.",
    ),
)
