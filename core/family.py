"""Find the members of a family: one folder, one promise in base.py, one file per member, imported on first use."""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator, Mapping
from typing import Generic, TypeVar

Promise = TypeVar("Promise")


class Family(Mapping[str, type[Promise]], Generic[Promise]):
    """The classes in a package that keep its promise, by file name."""

    def __init__(self, package: str, promise: type[Promise]) -> None:
        self._package = package
        self._promise = promise
        self._found: dict[str, type[Promise]] = {}

    def __getitem__(self, name: str) -> type[Promise]:
        if name not in self._found:
            if name not in set(self):
                raise KeyError(f"{name} is not in {self._package}; there are: {', '.join(self)}")
            module = importlib.import_module(f"{self._package}.{name}")
            self._found[name] = self._member(module.__name__, vars(module))
        return self._found[name]

    def __iter__(self) -> Iterator[str]:
        folder = importlib.import_module(self._package).__path__
        return (m.name for m in sorted(pkgutil.iter_modules(folder), key=lambda m: m.name) if m.name != "base")

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _member(self, module: str, names: Mapping[str, object]) -> type[Promise]:
        members = [
            c
            for c in names.values()
            if inspect.isclass(c)
            and issubclass(c, self._promise)
            and c.__module__.startswith(module)
            and c is not self._promise
        ]
        if len(members) != 1:
            raise TypeError(f"{module} must hold exactly one {self._promise.__name__}, found {len(members)}")
        return members[0]
