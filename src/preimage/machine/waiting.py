"""How long threads of OpenMP wait for one another before they let go of their core."""

from collections.abc import MutableMapping

__all__ = ["wait_briefly"]

_TURNS = "10000"  # of a loop that waits, some tens of microseconds


def wait_briefly(environment: MutableMapping[str, str]) -> None:
    """Let threads that wait for others sleep soon; to be called before PyTorch is imported, which reads it once.

    At the end of each of its many small loops a thread waits for the others. GNU's OpenMP, in PyTorch's packages for
    Linux, has it turn in place for milliseconds. Where something else runs on one of the cores, the thread that it
    waits for may be without one meanwhile: `restore deblur` of 496x496 pixels on two cores takes 6 s, and more than 60
    beside one busy process; with this, 6 and 22. What the user has set stays.

    Args:
        environment: the variables of the process.
    """
    if not {"GOMP_SPINCOUNT", "OMP_WAIT_POLICY"} & environment.keys():
        environment["GOMP_SPINCOUNT"] = _TURNS
