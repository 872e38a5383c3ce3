"""New processes that begin with what all of them need imported."""

import multiprocessing
import sys
from collections.abc import Sequence
from multiprocessing.context import BaseContext

__all__ = ["starting_context"]


def starting_context(modules: Sequence[str]) -> BaseContext:
    """How processes are started that need ``modules``.

    On Linux one process imports them and the others are copies of it, which takes the seconds and the memory of the
    imports once. It serves until this process ends, and the modules are those of the first who asked: others are
    imported by each process itself. On other systems libraries do not bear being copied, and each process starts anew.

    Args:
        modules: their full names.
    """
    if sys.platform != "linux":
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(modules))
    return context
