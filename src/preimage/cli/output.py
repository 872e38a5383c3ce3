"""Lines for the user."""

import os
import sys
from typing import TextIO

__all__ = ["complain", "say"]


def say(text: str) -> None:
    """Print a line on standard output; where nobody reads it any more, nothing."""
    _print(text, sys.stdout)


def complain(text: str) -> None:
    """Print a line of ours on standard error."""
    _print("preimage: " + " ".join(text.split()), sys.stderr)


def _print(text: str, stream: TextIO | None) -> None:
    if stream is None:  # closed by whoever started the process
        return
    encoding = stream.encoding or "utf-8"
    try:  # names of files may hold what the terminal cannot show
        print(text.encode(encoding, "backslashreplace").decode(encoding), file=stream, flush=True)
    except BrokenPipeError:  # the reader has gone, as head does: the work goes on
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
