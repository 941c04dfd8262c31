"""What never stands in the product's own code: running text as code, unpickling, unchecked certificates, a shell."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
FILES = [ROOT / "app.py", ROOT / "start.py", *sorted(ROOT.glob("core/**/*.py")), *sorted(ROOT.glob("pages/**/*.py"))]
MODULES = {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "shelve", "marshal"}
BUILT_IN = {"eval", "exec"}
CALLS = {
    ("os", "system"),
    ("os", "popen"),
    ("yaml", "load"),
    ("yaml", "unsafe_load"),
    ("ssl", "_create_unverified_context"),
}
FLAGS = {("verify", False), ("shell", True), ("allow_pickle", True), ("check_hostname", False)}


def dangers(source: str) -> Iterator[str]:
    """Each forbidden thing and its line."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import(names=names):
                for alias in names:
                    if alias.name.split(".")[0] in MODULES:
                        yield f"{node.lineno}: import {alias.name}"
            case ast.ImportFrom(module=str(module)) if module.split(".")[0] in MODULES:
                yield f"{node.lineno}: from {module}"
            case ast.Call(func=ast.Name(id=name)) if name in BUILT_IN:
                yield f"{node.lineno}: {name}()"
            case ast.Call(func=ast.Attribute(value=ast.Name(id=owner), attr=name)) if (owner, name) in CALLS:
                yield f"{node.lineno}: {owner}.{name}()"
            case ast.keyword(arg=str(name), value=ast.Constant(value=value)) if (name, value) in FLAGS:
                yield f"{node.value.lineno}: {name}={value!r}"
            case ast.Assign(targets=[ast.Attribute(attr=name)], value=ast.Constant(value=value)) if (
                name,
                value,
            ) in FLAGS:
                yield f"{node.lineno}: {name}={value!r}"
            case _:
                pass


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_none_of_it_is_there(path: Path) -> None:
    assert list(dangers(path.read_text())) == []


@pytest.mark.parametrize(
    "planted",
    [
        "eval('1')",
        "exec('x = 1')",
        "import pickle",
        "from pickle import loads",
        "import shelve",
        "yaml.load(text)",
        "requests.get(url, verify=False)",
        "session.verify = False",
        "subprocess.run(words, shell=True)",
        "os.system('ls')",
        "np.load(path, allow_pickle=True)",
        "context.check_hostname = False",
    ],
)
def test_the_scan_sees_what_it_looks_for(planted: str) -> None:
    assert list(dangers(planted))
