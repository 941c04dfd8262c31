"""The browser the tests use: the one this computer has, or Debian's, installed on the way."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Final

NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_chromium() -> str | None:
    """Where it is, if there is one."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


def have_chromium() -> bool:
    """Find one, or install Debian's when we may; say how when we may not."""
    if find_chromium():
        return True
    if not Path("/etc/debian_version").exists() or os.geteuid() != 0:
        print(
            "No Chromium was found, so the browser tests cannot run and no test was started. Install it "
            "(Debian, Ubuntu: sudo apt install chromium; macOS: brew install --cask chromium) and run the tests again, "
            "or leave the browser out with --only."
        )
        return False
    print("Installing Debian's Chromium for the browser tests", flush=True)
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "-qq", "update"], ["apt-get", "-qq", "install", "-y", "chromium"]):
        done = subprocess.run(command, env=quiet, capture_output=True, text=True, check=False)
        if done.returncode:
            print(f"{' '.join(command)} failed, so no test was started. It says:\n{done.stdout}{done.stderr}")
            return False
    return find_chromium() is not None
