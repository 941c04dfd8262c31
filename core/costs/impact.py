"""What an order moves the price by, and how long that lasts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from math import pow, sqrt  # noqa: A004  # the one that stays a float
from typing import Final

GAMMA: Final = 0.314  # of Almgren, Thum, Hauptmann and Li 2005: what stays
ETA: Final = 0.142  # what passes
BETA: Final = 0.6
DELTA: Final = 0.25
FORGOTTEN: Final = 8  # half-lives after which nothing of it is left to see


@dataclass(frozen=True, slots=True, kw_only=True)
class Usual:
    """How a name trades on a usual day. Estimates, so plain floats."""

    volume: float  # shares
    daily: float  # how far its price goes, one standard deviation: 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class SquareRoot:
    """Y·σ·√(Q/V): four times the shares move the price twice as far. Y is between 0.5 and 1 by most accounts."""

    y: float = 1.0

    def moved(self, quantity: float, usual: Usual) -> float:
        """As a share of the price, once all of it has traded."""
        return self.y * usual.daily * sqrt(quantity / usual.volume)

    def cost(self, quantity: float, usual: Usual, half_spread: float = 0.0) -> float:
        """What an order costs on average, as a share of the price: half the spread, and the way up the root."""
        return half_spread + self.moved(quantity, usual) * 2 / 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Almgren2005:
    """For an order spread evenly over a part of a day; measured on institutions' orders in large US stocks."""

    outstanding: float  # shares there are

    def stays(self, quantity: float, usual: Usual) -> float:
        """γσ(X/V)(Θ/V)^δ: the move that does not come back, as a share of the price."""
        return GAMMA * usual.daily * quantity / usual.volume * pow(self.outstanding / usual.volume, DELTA)

    def passes(self, quantity: float, usual: Usual, days: float) -> float:
        """ησ(X/VT)^β: what is paid above it while trading, T in days."""
        return ETA * usual.daily * pow(quantity / (usual.volume * days), BETA)

    def cost(self, quantity: float, usual: Usual, days: float) -> float:
        """Half of what stays, because the first shares pay little of it, and all of what passes."""
        return self.stays(quantity, usual) / 2 + self.passes(quantity, usual, days)


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact:
    """How far what was taken still pushes the price: the square root of it, fading."""

    model: SquareRoot = SquareRoot()
    half_life: timedelta = timedelta(minutes=30)  # after it half of the push is left
    usual: Mapping[str, Usual] = field(default_factory=dict)  # by instrument; a name without one is not moved

    @property
    def memory(self) -> timedelta:
        """What is older than this pushes no more."""
        return self.half_life * FORGOTTEN

    def left(self, age: timedelta) -> float:
        """The part of a quantity that still counts: a quarter after one half-life, because its root pushes."""
        return 0.0 if age >= self.memory else 0.25 ** max(age / self.half_life, 0.0)

    def push(self, instrument_id: str, quantity: float) -> float:
        """As a share of the price, from what still counts of all that was taken."""
        usual = self.usual.get(instrument_id)
        return 0.0 if usual is None or quantity <= 0 else self.model.moved(quantity, usual)
