"""The command line: ``preimage restore``, ``preimage demo``."""

import sys

__all__ = ["main"]


def main() -> None:
    """Run the command line and leave with its exit status."""
    from preimage.cli.app import run

    sys.exit(run(sys.argv[1:]))
