"""The virtual environment and the packages in it, made with the standard library of the machine's Python."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from salesorg.environment.options import parse_options
from salesorg.state.errors import NO_SPACE, disk_full_text
from salesorg.state.lock import exclusive
from salesorg.state.places import ROOT, Places, current_places
from salesorg.state.stamps import digest, is_current, set_stamp

INSTALLER = ROOT / "requirements-uv.txt"


def main(arguments: Sequence[str]) -> None:
    """Install what is missing and go on with ``salesorg.environment.prepare`` on the virtual environment's Python."""
    options = parse_options(arguments)
    try:
        places = current_places()
        with exclusive(places):
            ensure_venv(places)
            ensure_packages(places, ROOT / "requirements.txt")
            if options.dev:
                ensure_packages(places, ROOT / "requirements-dev.txt")
    except OSError as error:
        if error.errno not in NO_SPACE:
            raise
        sys.exit(disk_full_text(error, "the state directory"))
    # Or each process that is begun would compile Django and all else anew, which takes longer than its work.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    python = str(places.python)
    os.execv(python, [python, "-P", "-m", "salesorg.environment.prepare", *arguments])


def ensure_venv(places: Places) -> None:
    """Create the virtual environment if it is missing or the Python it was made with has gone.

    Judged by files alone: a program started to find out may be killed together with its caller, and would look broken.
    """
    if places.python.exists() and is_current(places, "python", str(places.python.resolve())):
        return
    print(f"Making a virtual environment in {places.venv} …", file=sys.stderr)
    shutil.rmtree(places.venv, ignore_errors=True)
    shutil.rmtree(places.stamps, ignore_errors=True)
    made = subprocess.run([sys.executable, "-m", "venv", str(places.venv)], stdout=sys.stderr)
    if made.returncode:
        sys.exit("Python's venv module does not work here; on Debian: apt-get install python3-venv")
    set_stamp(places, "python", str(places.python.resolve()))


def ensure_packages(places: Places, requirements: Path) -> None:
    """Install the file's pinned packages unless they were installed from the very same file before."""
    wanted = digest([requirements])
    if is_current(places, requirements.name, wanted):
        return
    print(f"Installing the packages of {requirements.name} …", file=sys.stderr)
    install(places, requirements)
    set_stamp(places, requirements.name, wanted)


def install(places: Places, requirements: Path) -> None:
    """Install with uv, which is fast; with the system's certificates if it needs them; with pip if it can't at all.

    Either way nothing is installed but files whose hashes stand in the requirements (bin/renew_requirements).
    """
    pip = [str(places.python), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    uv = [str(places.venv / "bin" / "uv"), "pip", "install", "--quiet", "--python", str(places.python)]
    file, installer = (["--require-hashes", "--requirement", str(path)] for path in (requirements, INSTALLER))
    if succeeds([*pip, *installer]) and (succeeds([*uv, *file]) or succeeds([*uv, "--system-certs", *file])):
        return
    if subprocess.run([*pip, *file], stdout=sys.stderr).returncode:
        sys.exit(f"The packages of {requirements.name} could not be installed; pip's reason stands above.")


def succeeds(command: Sequence[str]) -> bool:
    """Run a step that has another way to fall back on, so that its complaint would only mislead."""
    return subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0


if __name__ == "__main__":
    main(sys.argv[1:])
