"""The methods of inverse problems: a denoiser as prior, or a deep image prior."""

from preimage.errors import ArgumentError
from preimage.restore.frame.task import EitherTask
from preimage.restore.frame.work import Method
from preimage.restore.methods.denoiser import ByDenoiser
from preimage.restore.methods.dip.method import ByDip, Dip, as_dip

__all__ = ["by_dpir_or_dip"]


def by_dpir_or_dip(task: EitherTask, method: str | Dip) -> Method:
    """How ``task`` is done.

    Raises:
        ArgumentError: no such method.
    """
    if dip := as_dip(method):
        return ByDip(task, dip)
    if method != "dpir":
        raise ArgumentError(f"`method` must be dpir or dip, got {method!r}; leave it out.")
    return ByDenoiser(task)
