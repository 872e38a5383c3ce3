"""Whether pictures are to be drawn, and by which method."""

from preimage.errors import ArgumentError
from preimage.restore.frame.method import Method
from preimage.restore.table import DRAWS, find_method, find_task, is_fit

__all__ = ["drawing", "is_for_planes"]


def drawing(method: str | Method, task: str, samples: int) -> Method:
    """The method that draws ``samples`` pictures, where ``method`` is the usual one of ``task`` or that one already.

    Raises:
        ArgumentError: ``method`` draws none, the task has none that does, or the number is less than one.
    """
    offered = find_task(task).methods
    if DRAWS not in offered:
        raise ArgumentError(f"`samples` must be left out for {task}, got {samples}; nothing draws any.")
    if method not in (offered[0], DRAWS):
        name = method if isinstance(method, str) else type(method).__name__
        raise ArgumentError(f"`samples` must be left out for {name}, got {samples}; leave out the method.")
    if samples < 1:
        raise ArgumentError(f"`samples` must be at least 1, got {samples}; their mean is the result.")
    return find_method(DRAWS, task).load(Method)(samples)  # pyright: ignore[reportCallIssue]


def is_for_planes(method: str) -> bool:
    """Whether a method of the table gives one result for each plane of a stack or a mosaic, in a few passes."""
    return not is_fit(method) and method != DRAWS
