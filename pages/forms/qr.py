"""A QR code for an authenticator app, drawn here so that its key goes nowhere (ISO/IEC 18004, version 5, level L)."""

from collections.abc import Iterator, Sequence
from typing import Final

MOST: Final = 106  # bytes that fit
_SIZE: Final = 37
_DATA: Final = 108  # codewords, and those that mend
_MENDS: Final = 26
_MASK: Final = 0  # every reader knows all eight
_ALIGNED: Final = 30
_MARGIN: Final = 4
Grid = list[list[int | None]]


def drawn(words: str) -> str:
    """As a picture in the page; empty = it does not fit, and is typed."""
    content = words.encode()
    if len(content) > MOST:
        return ""
    side = _SIZE + 2 * _MARGIN
    dark = "".join(
        f"M{x + _MARGIN} {y + _MARGIN}h1v1h-1z"
        for y, row in enumerate(modules(content))
        for x, on in enumerate(row)
        if on
    )
    return (
        f"<svg class='qr' viewBox='0 0 {side} {side}' role='img' aria-label='The key as a picture for the app' "
        f"shape-rendering='crispEdges'><path fill='#fff' d='M0 0h{side}v{side}H0z'/><path fill='#000' d='{dark}'/></svg>"
    )


def modules(content: bytes) -> Sequence[Sequence[int]]:
    """Rows of ones (dark) and zeros."""
    grid: Grid = [[None] * _SIZE for _ in range(_SIZE)]
    _patterns(grid)
    taken = [[cell is not None for cell in row] for row in grid]
    data = _codewords(content)
    bits = (byte >> by & 1 for byte in data + _mending(data) for by in range(7, -1, -1))
    for x, y in _way():
        if not taken[y][x]:
            grid[y][x] = next(bits, 0) ^ ((x + y) % 2 == 0)
    return [[cell or 0 for cell in row] for row in grid]


def _codewords(content: bytes) -> bytes:
    """Bytes as they are, counted, and filled up as the standard says."""
    bits = f"0100{len(content):08b}" + "".join(f"{byte:08b}" for byte in content)
    bits += "0" * min(4, _DATA * 8 - len(bits))
    bits += "0" * (-len(bits) % 8)
    whole = bytes(int(bits[at : at + 8], 2) for at in range(0, len(bits), 8))
    return whole + (b"\xec\x11" * _DATA)[: _DATA - len(whole)]


def _times(one: int, two: int) -> int:
    """In the field of 256 that Reed and Solomon's code lives in."""
    product = 0
    for by in range(7, -1, -1):
        product = product << 1 ^ (product >> 7) * 0x11D
        product ^= (two >> by & 1) * one
    return product


def _mending(data: bytes) -> bytes:
    """What is left after dividing by the generator: with it a reader mends what is smudged."""
    generator, root = [1], 1
    for _ in range(_MENDS):
        generator = [a ^ _times(b, root) for a, b in zip([*generator, 0], [0, *generator], strict=True)]
        root = _times(root, 2)
    rest = [0] * _MENDS
    for byte in data:
        factor = byte ^ rest[0]
        rest = [left ^ _times(part, factor) for left, part in zip([*rest[1:], 0], generator[1:], strict=True)]
    return bytes(rest)


def _patterns(grid: Grid) -> None:
    """What a reader finds it by, and which mask it wears."""
    for at in range(_SIZE):
        grid[6][at] = grid[at][6] = 1 - at % 2
    for left, top in ((0, 0), (_SIZE - 7, 0), (0, _SIZE - 7)):
        for y in range(max(top - 1, 0), min(top + 8, _SIZE)):
            for x in range(max(left - 1, 0), min(left + 8, _SIZE)):
                grid[y][x] = int(max(abs(x - left - 3), abs(y - top - 3)) not in (2, 4))
    for y in range(-2, 3):
        for x in range(-2, 3):
            grid[_ALIGNED + y][_ALIGNED + x] = int(max(abs(x), abs(y)) != 1)
    near = [*((x, 8) for x in (0, 1, 2, 3, 4, 5, 7, 8)), (8, 7), *((8, y) for y in range(5, -1, -1))]
    far = [*((8, _SIZE - 1 - at) for at in range(7)), *((x, 8) for x in range(_SIZE - 8, _SIZE))]
    for place in (near, far):  # twice, so that one may be smudged
        for (x, y), bit in zip(place, _format(), strict=True):
            grid[y][x] = bit
    grid[_SIZE - 8][8] = 1


def _format() -> list[int]:
    """Level L and the mask, with ten bits that mend them."""
    rest = told = 0b01 << 3 | _MASK
    for _ in range(10):
        rest = rest << 1 ^ (rest >> 9) * 0x537
    return [(told << 10 | rest) >> by & 1 ^ 0b101010000010010 >> by & 1 for by in range(14, -1, -1)]


def _way() -> Iterator[tuple[int, int]]:
    """Two columns at a time from the right, up and down in turn, past the column of the timing pattern."""
    up = True
    for right in [*range(_SIZE - 1, 6, -2), *range(5, 0, -2)]:
        for y in range(_SIZE - 1, -1, -1) if up else range(_SIZE):
            yield right, y
            yield right - 1, y
        up = not up
