"""Pages over a desk of memory: one seam, the line to the desk; everything else is the real page."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ui.opened import Opened, forget_the_desk


@pytest.fixture
def open_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Opened]:
    """Open a page of the window over this desk and draw it once."""
    monkeypatch.setenv("QUARTERDECK_HOME", str(tmp_path))
    monkeypatch.delenv("QUARTERDECK_WORKSPACE", raising=False)
    yield Opened(tmp_path, monkeypatch)
    forget_the_desk()
