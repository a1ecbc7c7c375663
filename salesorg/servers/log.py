"""Keeps what PostgreSQL says, without the statements, values and rows that it quotes: people's data.

Settings do most of it; but a PANIC, which a full disk makes, tells its statement whatever the settings are, an uploaded
workbook whole. So what the server says passes through here.
"""

import os
import re
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from salesorg.state.places import ROOT
from salesorg.state.private import open_private

BEGINS = re.compile(rb"[-0-9]+ [:.0-9]+ \S+ \[\d+\] ([A-Z0-9]+):  ")
QUOTES = {b"STATEMENT", b"DETAIL", b"CONTEXT", b"QUERY"}
PIECE = 2**16


def start_keeping(log: Path) -> "tuple[int, subprocess.Popen[bytes]]":
    """Start a process that keeps what is written to the returned descriptor, for as long as anybody may."""
    reader, writer = os.pipe()
    command = [sys.executable, "-P", "-m", "salesorg.servers.log", str(log)]
    environment = {"PATH": os.environ.get("PATH", os.defpath), "PYTHONPATH": str(ROOT)}
    null = subprocess.DEVNULL
    keeper = subprocess.Popen(
        command, cwd="/", env=environment, stdin=reader, stdout=null, stderr=null, start_new_session=True
    )
    os.close(reader)
    return writer, keeper


def keep(said: BinaryIO, kept: BinaryIO) -> None:
    """Write on what is said, line by line, but nothing that quotes; what the disk has no room for is lost."""
    quotes = starts = True
    while piece := said.readline(PIECE):
        begins = BEGINS.match(piece) if starts else None
        if begins:
            quotes = begins[1] in QUOTES
        elif starts and not piece.startswith(b"\t"):
            quotes = False
        starts = piece.endswith(b"\n")
        if not quotes:
            with suppress(OSError):
                kept.write(piece)


if __name__ == "__main__":
    with open(open_private(Path(sys.argv[1])), "ab", buffering=0) as log:
        keep(sys.stdin.buffer, log)
