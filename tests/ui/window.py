"""The real window over a desk of memory, for looking at pages in a browser: python -m tests.ui.window ordinary 8600"""

import os
import sys
import tempfile
from pathlib import Path

import streamlit as st
import uvicorn

from core.channel.home import Home
from core.domain.workspace import WorkspaceKind
from pages.parts import desk as seam
from tests.fakes.desk import FakeDesk

SHELL = Path(__file__).resolve().parents[2] / "pages" / "shell.py"


def main(which: str, port: int, kind: WorkspaceKind) -> None:
    """Serve one of the made-up desks on this machine only."""
    made: FakeDesk = getattr(FakeDesk, which)()
    made.world.kind = kind
    with tempfile.TemporaryDirectory() as home:
        os.environ["QUARTERDECK_HOME"] = home
        Home(Path(home)).create("practice", kind)
        vars(seam)["connect"] = lambda place, patience, ticket="": made
        uvicorn.run(st.App(SHELL), host="127.0.0.1", port=port, log_level="warning", access_log=False)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), WorkspaceKind(sys.argv[3] if len(sys.argv) > 3 else "practice"))
