"""Where the environment keeps its state: everything under one directory, ``var/`` or ``SALESORG_VAR``."""

import os
from dataclasses import dataclass
from pathlib import Path

from salesorg.state.private import PASSABLE, tighten

ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True)
class Places:
    """The paths of one state directory."""

    var: Path

    @property
    def venv(self) -> Path:
        return self.var / "venv"

    @property
    def python(self) -> Path:
        return self.venv / "bin" / "python"

    @property
    def lock(self) -> Path:
        return self.var / "lock"

    @property
    def stamps(self) -> Path:
        return self.var / "stamps"

    @property
    def secrets(self) -> Path:
        return self.var / "secrets.json"

    @property
    def servers(self) -> Path:
        return self.var / "servers"

    @property
    def locale(self) -> Path:
        return self.var / "locale"

    @property
    def static(self) -> Path:
        return self.var / "static"

    @property
    def temporary(self) -> Path:
        return self.var / "temporary"


def current_places() -> Places:
    """Return the places of this checkout's state, creating the directory if it is missing.

    Others may pass through it, as the servers of root do, but not look into it.
    """
    var = Path(os.environ.get("SALESORG_VAR") or ROOT / "var").absolute()
    if not var.exists():
        var.mkdir(mode=PASSABLE, parents=True, exist_ok=True)
    elif var.stat().st_uid == os.geteuid():
        tighten(var, 0o700 | PASSABLE)
    return Places(var)
