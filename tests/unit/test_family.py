"""A family finds its members by file name, loads them when asked, and says what is wrong with a bad one."""

import importlib
import sys
from pathlib import Path
from typing import Any

import pytest

from core.family import Family


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    folder = tmp_path / "litter"
    folder.mkdir()
    write(folder, "__init__", "")
    write(folder, "base", "class Promise:\n    pass\n")
    write(folder, "cat", member("Cat"))
    write(folder, "ant", member("Ant"))
    monkeypatch.syspath_prepend(tmp_path)
    for name in [n for n in sys.modules if n.split(".")[0] == "litter"]:
        monkeypatch.delitem(sys.modules, name)
    return "litter"


def family_of(package: str) -> Family[Any]:
    return Family(package, importlib.import_module(f"{package}.base").Promise)


def write(folder: Path, name: str, content: str) -> None:
    (folder / f"{name}.py").write_text(content)


def member(*names: str) -> str:
    head = "from litter.base import Promise\n"
    return head + "".join(f"class {name}(Promise):\n    pass\n" for name in names)


def test_members_are_listed_by_file_name_without_loading_them(package: str) -> None:
    family = family_of(package)
    assert list(family) == ["ant", "cat"]
    assert len(family) == 2
    assert "cat" in list(family)
    assert "litter.cat" not in sys.modules


def test_a_member_is_loaded_when_it_is_asked_for_and_once(package: str) -> None:
    family = family_of(package)
    kind = family["cat"]
    assert kind.__name__ == "Cat"
    assert family["cat"] is kind
    assert "litter.ant" not in sys.modules
    assert {name: kind.__name__ for name, kind in family.items()} == {"ant": "Ant", "cat": "Cat"}


@pytest.mark.parametrize("name", ["dog", "base", "", "__init__", "cat.py", "../cat", "cat\x00"])
def test_a_name_that_is_none_of_them_names_those_there_are(package: str, name: str) -> None:
    family = family_of(package)
    with pytest.raises(KeyError, match="there are: ant, cat"):
        family[name]
    assert family.get(name) is None


@pytest.mark.parametrize(("names", "found"), [((), 0), (("One", "Two"), 2)])
def test_a_file_holds_exactly_one_member(package: str, tmp_path: Path, names: tuple[str, ...], found: int) -> None:
    write(tmp_path / "litter", "bad", member(*names))
    with pytest.raises(TypeError, match=f"litter.bad must hold exactly one Promise, found {found}"):
        family_of(package)["bad"]


def test_the_promise_and_imported_members_are_not_counted(package: str, tmp_path: Path) -> None:
    write(tmp_path / "litter", "kin", "from litter.cat import Cat\n" + member("Kin"))
    assert family_of(package)["kin"].__name__ == "Kin"


def test_a_member_may_be_a_folder(package: str, tmp_path: Path) -> None:
    folder = tmp_path / "litter" / "big"
    folder.mkdir()
    write(folder, "__init__", "from litter.big.inside import Big")
    write(folder, "inside", member("Big"))
    family = family_of(package)
    assert list(family) == ["ant", "big", "cat"]
    assert family["big"].__name__ == "Big"


def test_a_file_dropped_in_is_found(package: str, tmp_path: Path) -> None:
    family = family_of(package)
    assert "emu" not in list(family)
    write(tmp_path / "litter", "emu", member("Emu"))
    assert family["emu"].__name__ == "Emu"
