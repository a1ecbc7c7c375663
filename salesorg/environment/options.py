"""What the scripts in bin/ may ask of the environment."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Options:
    """How much to make, and the command to run then."""

    dev: bool
    without_servers: bool
    without_migrations: bool
    as_they_are: bool
    serving: bool
    for_tests: bool
    command: tuple[str, ...]


def parse_options(arguments: Sequence[str]) -> Options:
    """Read ``[--dev] [--without-servers] … COMMAND …``; exit with the usage if that is wrong."""
    parser = argparse.ArgumentParser(prog="bin/environment", description="Make what is missing, then run COMMAND.")
    parser.add_argument("--dev", action="store_true", help="install the packages of the tests and checks too")
    parser.add_argument("--without-servers", action="store_true", help="start no server and touch no database")
    parser.add_argument("--without-migrations", action="store_true", help="leave the database's tables as they are")
    parser.add_argument("--as-they-are", action="store_true", help="start no server, but tell where they should answer")
    parser.add_argument("--serving", action="store_true", help="keep the database owner's log-in from the command")
    parser.add_argument("--for-tests", action="store_true", help="use a database that may be lost, beside people's own")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    parsed = parser.parse_args(arguments)
    if not parsed.command:
        parser.error("which COMMAND?")
    return Options(
        parsed.dev,
        parsed.without_servers,
        parsed.without_migrations,
        parsed.as_they_are,
        parsed.serving,
        parsed.for_tests,
        tuple(parsed.command),
    )
