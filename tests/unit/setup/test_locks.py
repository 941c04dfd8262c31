"""Every package that is installed is one exact file: by version and hash, from no named place."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
LOCKS = ("requirements.lock", "requirements-dev.lock")
PIN = re.compile(r"(?P<name>[a-z0-9][a-z0-9._-]*)==(?P<version>[^ ;]+)(?P<marker> ; [^\\]+)? \\")
HASH = re.compile(r"    --hash=sha256:[0-9a-f]{64}( \\)?")


def pins(lock: str) -> dict[str, list[str]]:
    """Package and version → its hashes. Fails on any line that is something else."""
    found: dict[str, list[str]] = {}
    current = ""
    for line in (ROOT / lock).read_text().splitlines():
        if line.lstrip().startswith("#"):
            continue
        if pin := PIN.fullmatch(line):
            current = f"{pin['name']}=={pin['version']}"
            found[current] = []
        else:
            assert HASH.fullmatch(line), f"{lock}: {line!r} is neither a package with its version nor a hash"
            found[current].append(line.split(":")[1][:64])
    return found


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_has_its_hashes(lock: str) -> None:
    found = pins(lock)
    assert len(found) > 50
    assert all(found.values())


@pytest.mark.parametrize("lock", LOCKS)
def test_no_host_and_no_path_of_a_machine_is_in_it(lock: str) -> None:
    assert not re.search(r"://|@ |(^|\s)[/~]\w|-i |--(extra-)?index|--find-links|\.whl", (ROOT / lock).read_text())


@pytest.mark.parametrize("lock", LOCKS)
def test_it_holds_wheels_for_other_systems_too(lock: str) -> None:
    found = pins(lock)
    compiled = [
        hashes for pin, hashes in found.items() if pin.split("==")[0] in ("numpy", "pandas", "pyarrow", "cryptography")
    ]
    assert compiled and all(len(hashes) > 20 for hashes in compiled)


def test_what_checks_the_desk_runs_on_exactly_what_the_desk_runs_on() -> None:
    assert set(pins("requirements.lock")) <= set(pins("requirements-dev.lock"))


def test_everything_asked_for_is_locked() -> None:
    for wanted, lock in (("requirements.txt", LOCKS[0]), ("requirements-dev.txt", LOCKS[1])):
        names = {
            re.split(r"[=<>~]", line)[0].replace("_", "-")
            for line in (ROOT / wanted).read_text().splitlines()
            if line[:1].isalpha()
        }
        assert names <= {pin.split("==")[0] for pin in pins(lock)}
