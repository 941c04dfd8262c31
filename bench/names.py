"""More names for the practice market, in this process alone: what a broad account looks like."""

from core.market.invented import names
from core.market.invented.factors import SECTORS

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_SECTORS = tuple(SECTORS)


def list_names(count: int) -> None:
    """So many in all; before anything else has looked at the list."""
    made = []
    for number in range(len(names.NAMES) + 1, count + 1):
        first, second = divmod(number, len(_LETTERS))
        symbol = f"Z{_LETTERS[first % 26]}{_LETTERS[second]}"
        price = 15.0 + number * 37 % 185
        row = (
            number,
            symbol,
            f"Invented {number:03}",
            _SECTORS[number % len(_SECTORS)],
            price,
            0.3,
            1.0,
            2.0,
            8_000_000,
            500,
            0.0,
        )
        made.append(names._stock(row))
    names.NAMES = (*names.NAMES, *made)  # type: ignore[misc]
    names.by_id.cache_clear()
    if made:
        from core.market.invented import levels, play

        levels._SLOTS = max(levels._SLOTS, count + levels.FACTORS + 1)  # type: ignore[misc]
        play.CACHED = 4 * count  # type: ignore[misc]
