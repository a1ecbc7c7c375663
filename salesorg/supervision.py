"""Keeps processes running: whichever ends is started again, and all end with the one that watches over them."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from types import FrameType
from typing import NoReturn

from salesorg.state.places import ROOT
from salesorg.watching import watch_embedded

STOP_SECONDS = 20
WATCH_SECONDS = 0.5
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PR_SET_PDEATHSIG = 1
# A demo may well be tried out as root, on the loopback address; Celery would fill the screen about it.
AS_ROOT = "ignore:You're running the worker with superuser"


class Interrupted(Exception):
    """Somebody asked this process to end."""


def interrupt_on_signals() -> None:
    """Raise Interrupted, once, when somebody asks this process to end."""
    for number in SIGNALS:
        signal.signal(number, _interrupt)


def keep_running(commands: Mapping[str, Sequence[str]], greeting: str) -> NoReturn:
    """Start the commands, greet, start again what has ended, until Interrupted; then end them all.

    So it is with the embedded servers that they use; should one answer elsewhere from then on, all begin anew.
    """
    servers = watch_embedded()
    running = {name: _start(command) for name, command in commands.items()}
    print(greeting, flush=True)
    try:
        while True:
            time.sleep(WATCH_SECONDS)
            if servers.look():
                _end(list(running.values()))
            for name, process in running.items():
                if process.poll() is not None:
                    print(f"{name} has ended ({process.returncode}); starting it again.", file=sys.stderr, flush=True)
                    _end_group(process)
                    running[name] = _start(commands[name])
    finally:
        print("Stopping …", flush=True)
        _end(list(running.values()))


def background_commands(workers: int) -> dict[str, list[str]]:
    """The command lines of Celery's worker, with so many processes, and of beat, which keeps the schedule."""
    celery = [sys.executable, "-W", AS_ROOT, "-m", "celery", "--app", "salesorg.celery", "--quiet"]
    return {
        "worker": [*celery, "worker", "--concurrency", str(workers), "--loglevel", "warning"],
        "beat": [*celery, "beat", "--loglevel", "warning"],
    }


def without_owner(environment: Mapping[str, str]) -> dict[str, str]:
    """An environment for whoever serves: the owner's log-in to the database is for migrations and the console alone."""
    return {name: value for name, value in environment.items() if name != "DATABASE_OWNER_URL"}


def _start(command: Sequence[str]) -> "subprocess.Popen[bytes]":
    """Start a process in a session of its own: Ctrl-C reaches this process only, which then ends them in order."""
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env=without_owner(os.environ),
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=_end_with_parent,
    )


def _end_with_parent() -> None:
    """Have the kernel end this process with its parent, so that a kill -9 of it leaves no worker behind."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _end_group(process: "subprocess.Popen[bytes]") -> None:
    """End what a killed process has left of its own; what it was at is undone by the database."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _end(processes: Sequence["subprocess.Popen[bytes]"]) -> None:
    for process in processes:
        process.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for process in processes:
        try:
            process.wait(max(0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _interrupt(number: int, frame: FrameType | None) -> None:
    for each in SIGNALS:
        signal.signal(each, signal.SIG_IGN)
    raise Interrupted
