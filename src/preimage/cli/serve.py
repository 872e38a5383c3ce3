"""The command that serves a page for the browser."""

import os
import sys
from contextlib import suppress

from preimage.cli.output import say
from preimage.errors import ArgumentError

__all__ = ["serve"]


def serve(
    *, port: int = 7871, jobs: int | None = None, megabytes: int = 150, megapixels: int = 100, minutes: int = 60
) -> int:
    """Restore pictures in the browser: a page on this computer, for nobody else, that sends nothing anywhere.

    Args:
        port: Port of 127.0.0.1.
        jobs: How many pictures are worked on at once; by default one for each core.
        megabytes: The largest file that is taken.
        megapixels: The largest picture that is taken.
        minutes: The longest time for one picture.
    """
    from preimage.web.limits import Bounds
    from preimage.web.server import serve_page

    for name, value in {"jobs": jobs, "megabytes": megabytes, "megapixels": megapixels, "minutes": minutes}.items():
        if value is not None and value < 1:
            raise ArgumentError(f"`{name}` must be at least 1, got {value}; leave it out for the usual value.")
    helper = (sys.executable, "-m", "preimage.cli.standby")
    with suppress(KeyboardInterrupt):  # the usual end
        serve_page(port, jobs or _cores(), Bounds(megabytes, megapixels, minutes), helper, say)
    say("preimage serve has ended; its temporary files are gone.")
    return 0


def _cores() -> int:
    """How many cores this process may use."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
