"""Every verb that can be asked over the channel, read from the facets' own promises. Nothing else can be called."""

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, get_type_hints

import msgspec
import pyarrow as pa

from core.channel.desk import Desk

_SECRET: Final = frozenset({"passphrase", "code", "secret", "ticket"})  # as the facets call what nobody may read


@dataclass(frozen=True)
class Verb:
    """One question, with the shape of what is given and of what comes back."""

    facet: str
    name: str
    given: type[msgspec.Struct]
    result: Any

    @property
    def is_table(self) -> bool:
        return self.result is pa.Table

    @property
    def takes_secret(self) -> bool:
        """Then the words of a fault inside it may hold one."""
        return not _SECRET.isdisjoint(self.given.__struct_fields__)

    @cached_property
    def read_given(self) -> Callable[[bytes], msgspec.Struct]:
        return msgspec.json.Decoder(self.given).decode

    @cached_property
    def read_result(self) -> Callable[[bytes], Any]:
        return msgspec.json.Decoder(self.result).decode

    def __str__(self) -> str:
        return f"{self.facet}.{self.name}"


def _facets(desk: type) -> Iterator[tuple[str, type]]:
    for name, member in vars(desk).items():
        if isinstance(member, property):
            yield name, get_type_hints(member.fget)["return"]


def _verbs(facet: str, promise: type) -> Iterator[Verb]:
    for name, function in vars(promise).items():
        if name.startswith("_") or not inspect.isfunction(function):
            continue
        hints = get_type_hints(function)
        fields = [
            (p.name, hints[p.name]) if p.default is p.empty else (p.name, hints[p.name], p.default)
            for p in list(inspect.signature(function).parameters.values())[1:]
        ]
        given = msgspec.defstruct(f"{facet}_{name}", fields, forbid_unknown_fields=True)
        yield Verb(facet, name, given, hints["return"])


FACETS: Final[Mapping[str, type]] = dict(_facets(Desk))
VERBS: Final[Mapping[tuple[str, str], Verb]] = {
    (facet, verb.name): verb for facet, promise in FACETS.items() for verb in _verbs(facet, promise)
}
