"""bin/demo: makes the demo company, then serves it with gunicorn, a Celery worker and beat until Ctrl-C."""

import argparse
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from types import FrameType
from typing import NoReturn

from salesorg.servers.ports import LOOPBACK, is_free
from salesorg.servers.running import stop_servers
from salesorg.state.keys import load_keys
from salesorg.state.lock import exclusive
from salesorg.state.places import ROOT, current_places

STOP_SECONDS = 20
WATCH_SECONDS = 2
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PR_SET_PDEATHSIG = 1
# A demo may well be tried out as root, on the loopback address; Celery would fill the screen about it.
AS_ROOT = "ignore:You're running the worker with superuser"


class Interrupted(Exception):
    """Somebody asked this process to end."""


def main(arguments: Sequence[str]) -> int:
    """Make the demo company; unless told not to, serve it until asked to end, then stop what this call started."""
    parser = argparse.ArgumentParser(prog="bin/demo", description="Make the demo company and serve it.")
    parser.add_argument("--no-serve", action="store_true", help="end when the months are closed and the payroll is out")
    parser.add_argument("--port", type=int, default=8000, help="the port to serve on (8000)")
    options = parser.parse_args(arguments)
    if options.no_serve:
        return make_company()
    if not is_free(options.port):
        parser.error(f"port {options.port} is taken; choose another with --port")
    for number in SIGNALS:
        signal.signal(number, _interrupt)
    try:
        return make_company() or serve(options.port)
    except Interrupted:
        return 0
    finally:
        stop_what_this_call_started()


def make_company() -> int:
    """Make the demo company, close its months and print the log-ins; return the command's exit code."""
    return subprocess.run([sys.executable, str(ROOT / "manage.py"), "demo"]).returncode


def serve(port: int) -> NoReturn:
    """Keep the web server, the worker and beat running until Interrupted, then end them."""
    commands = service_commands(port)
    running = {name: _start(command) for name, command in commands.items()}
    print(f"Serving on http://{LOOPBACK}:{port}/ — Ctrl-C ends it.", flush=True)
    try:
        while True:
            time.sleep(WATCH_SECONDS)
            for name, process in running.items():
                if process.poll() is not None:
                    print(f"{name} has ended ({process.returncode}); starting it again.", file=sys.stderr, flush=True)
                    running[name] = _start(commands[name])
    finally:
        print("Stopping …", flush=True)
        _end(list(running.values()))


def service_commands(port: int) -> dict[str, list[str]]:
    """Return the command line of each process."""
    celery = [sys.executable, "-W", AS_ROOT, "-m", "celery", "--app", "salesorg.celery", "--quiet"]
    gunicorn = [sys.executable, "-m", "gunicorn", "salesorg.wsgi", "--no-control-socket", "--log-level", "warning"]
    return {
        "gunicorn": [*gunicorn, "--bind", f"{LOOPBACK}:{port}", "--workers", "2", "--threads", "4"],
        "worker": [*celery, "worker", "--concurrency", "2", "--loglevel", "warning"],
        "beat": [*celery, "beat", "--loglevel", "warning"],
    }


def stop_what_this_call_started() -> None:
    """Stop the embedded servers, unless they ran before this call already."""
    if os.environ.get("SALESORG_STARTED_SERVERS") == "1":
        places = current_places()
        with exclusive(places):
            stop_servers(places, load_keys(places))


def _start(command: Sequence[str]) -> "subprocess.Popen[bytes]":
    """Start a process in a session of its own: Ctrl-C reaches this process only, which then ends them in order."""
    return subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.DEVNULL, start_new_session=True, preexec_fn=_end_with_parent
    )


def _end_with_parent() -> None:
    """Have the kernel end this process with its parent, so that a kill -9 of bin/demo leaves no worker behind."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


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


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
