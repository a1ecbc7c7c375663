"""A copy of the checkout, to call its scripts in as a newcomer does."""

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from salesorg.state.places import ROOT, Places
from salesorg.state.stamps import digest, set_stamp

BARE = {"PATH": "/usr/local/bin:/usr/bin:/bin"}


@dataclass(frozen=True)
class Checkout:
    """A copy of the files under version control or about to be, and a home directory with nothing in it."""

    root: Path
    home: Path

    def call(self, *command: str, **environment: str) -> "subprocess.CompletedProcess[str]":
        """Run one of the scripts to the end, in a bare environment."""
        return subprocess.run(
            [self.root / command[0], *command[1:]],
            cwd=self.home,
            env=BARE | {"HOME": str(self.home)} | environment,
            capture_output=True,
            text=True,
        )

    def equip(self) -> None:
        """Let it use the packages installed already, where their installation is not what is tested."""
        places = Places(self.root / "var")
        places.var.mkdir()
        places.venv.symlink_to(sys.prefix)
        set_stamp(places, "python", str(places.python.resolve()))
        for requirements in (self.root / "requirements.txt", self.root / "requirements-dev.txt"):
            set_stamp(places, requirements.name, digest([requirements]))

    def remove_servers(self) -> None:
        """Stop its servers and remove their files, which may lie outside."""
        if not (self.root / "var" / "servers").exists():
            return
        self.call("bin/manage", "stop_servers")
        shutil.rmtree((self.root / "var" / "servers").resolve(), ignore_errors=True)


def copy_checkout(parent: Path) -> Checkout:
    """Copy this checkout."""
    checkout = Checkout(parent / "salesorg", parent / "home")
    checkout.home.mkdir()
    files = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(files, cwd=ROOT, capture_output=True, text=True, check=True)
    for name in listed.stdout.splitlines():
        if (ROOT / name).exists():
            (checkout.root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, checkout.root / name)
    return checkout
