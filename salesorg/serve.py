"""bin/demo: makes the demo company, then serves it with gunicorn, a Celery worker and beat until Ctrl-C."""

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence

from salesorg.servers.ports import LOOPBACK, is_free
from salesorg.servers.running import stop_servers
from salesorg.state.keys import load_keys
from salesorg.state.lock import exclusive
from salesorg.state.places import ROOT, current_places
from salesorg.supervision import Interrupted, background_commands, interrupt_on_signals, keep_running


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
    interrupt_on_signals()
    try:
        if failed := make_company():
            return failed
        keep_running(service_commands(options.port), f"Serving on http://{LOOPBACK}:{options.port}/ — Ctrl-C ends it.")
    except Interrupted:
        return 0
    finally:
        stop_what_this_call_started()


def make_company() -> int:
    """Make the demo company, close its months and print the log-ins; return the command's exit code."""
    return subprocess.run([sys.executable, str(ROOT / "manage.py"), "demo"]).returncode


def service_commands(port: int) -> dict[str, list[str]]:
    """Return the command line of each process."""
    gunicorn = [sys.executable, "-m", "gunicorn", "salesorg.wsgi", "--no-control-socket", "--log-level", "warning"]
    return {
        "gunicorn": [*gunicorn, "--bind", f"{LOOPBACK}:{port}", "--workers", "2", "--threads", "16"],
        **background_commands(workers=2),
    }


def stop_what_this_call_started() -> None:
    """Stop the embedded servers, unless they ran before this call already."""
    if os.environ.get("SALESORG_STARTED_SERVERS") == "1":
        places = current_places()
        with exclusive(places):
            stop_servers(places, load_keys(places))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
