"""The command line: ``preimage restore``, ``preimage reconstruct``, ``preimage evaluate``, ``preimage demo``."""

import os
import sys

__all__ = ["main"]

# Commands that transform whole volumes. For pictures these pages gain little, and take 5 to 8 % more memory.
_OF_VOLUMES = {"deconvolve", "reconstruct"}


def main() -> None:
    """Run the command line and leave with its exit status."""
    from preimage.cli.interrupts import answering, leave, leaving_at_once, raise_interrupt
    from preimage.machine.pages import take_large_pages
    from preimage.machine.waiting import wait_briefly

    wait_briefly(os.environ)
    if _OF_VOLUMES & set(sys.argv[1:3]):
        take_large_pages(os.environ)
    try:
        with answering(raise_interrupt):
            with leaving_at_once():
                from preimage.cli.app import run
            status = run(sys.argv[1:])
    except KeyboardInterrupt:  # between the two, or another one while the first was being told of
        leave()
    with answering(lambda number, frame: os._exit(status)):  # nothing is left to be interrupted
        sys.exit(status)
