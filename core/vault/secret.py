"""Something nobody may read by accident: it never shows itself in a log, an error or a repr."""

import unicodedata
from typing import Final, NoReturn

_HIDDEN: Final = "<secret>"


class Secret:
    """Its words come out only where they are asked for by name."""

    __slots__ = ("__words",)

    def __init__(self, words: str) -> None:
        self.__words = words

    def reveal(self) -> str:
        """For whoever has to hand it on."""
        return self.__words

    def typed(self) -> bytes:
        """As a person's keyboards agree on it: the same letters, however they were put together."""
        return unicodedata.normalize("NFKC", self.__words).encode()

    def __len__(self) -> int:
        return len(self.__words)

    def __repr__(self) -> str:
        return _HIDDEN

    def __str__(self) -> str:
        return _HIDDEN

    def __format__(self, how: str) -> str:
        return _HIDDEN

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not copied into a file")
