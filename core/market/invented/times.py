"""The times: calm, normal or bad. They last for weeks, and everything is wilder or quieter in them."""

from enum import IntEnum
from typing import Final

import numpy as np


class State(IntEnum):
    """What times it is."""

    CALM = 0
    NORMAL = 1
    CRISIS = 2


# from state to state: chance of a day, summed up
_LEAVES: Final = (
    ((0.001, State.CRISIS), (0.021, State.NORMAL)),
    ((0.006, State.CRISIS), (0.031, State.CALM)),
    ((0.040, State.NORMAL),),
)
# multiples of the usual
MARKET_UNREST: Final = np.array([0.62, 1.0, 3.2])
SHARED_UNREST: Final = np.array([0.9, 1.0, 1.7])
OWN_UNREST: Final = np.array([0.9, 1.0, 1.3])
SPREADS: Final = (0.95, 1.0, 1.8)
SIZES: Final = (1.05, 1.0, 0.55)
VOLUMES: Final = np.array([0.9, 1.0, 1.8])


def after(state: State, drawn: float) -> State:
    """The next day's, by chance."""
    return next((to for limit, to in _LEAVES[state] if drawn < limit), state)
