"""bin/work: what runs behind the site, a Celery worker and beat; restarts what dies, ends on Ctrl-C or SIGTERM."""

import argparse
import sys
from collections.abc import Sequence

from salesorg.supervision import Interrupted, background_commands, interrupt_on_signals, keep_running


def main(arguments: Sequence[str]) -> int:
    """Keep the worker and beat running until asked to end."""
    parser = argparse.ArgumentParser(prog="bin/work", description="Run the worker and beat; start again what dies.")
    parser.add_argument("--workers", type=int, default=2, help="the worker's processes (2)")
    parser.add_argument("--without-beat", action="store_true", help="beat runs elsewhere; there must be one of it")
    options = parser.parse_args(arguments)
    commands = background_commands(options.workers)
    if options.without_beat:
        del commands["beat"]
    interrupt_on_signals()
    try:
        keep_running(commands, "Working — Ctrl-C ends it.")
    except Interrupted:
        return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
