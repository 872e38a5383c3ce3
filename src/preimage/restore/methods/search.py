"""How thoroughly a non-local model looks for similar patches."""

from typing import TypeVar

from preimage.denoisers import Denoiser
from preimage.errors import ArgumentError
from preimage.models.sparse import SC, NonLocalSC

__all__ = ["of_patches", "searching"]

_Any = TypeVar("_Any", bound=Denoiser)


def searching(denoiser: _Any, search: str) -> _Any | NonLocalSC:
    """``denoiser`` with the search its weights were trained for (``light``), or on all patches (``paper``).

    Raises:
        ArgumentError: no such search.
    """
    if search not in ("light", "paper"):
        raise ArgumentError(f"`search` must be light or paper, got {search!r}; light takes a fraction of the time.")
    if search == "paper" and isinstance(denoiser, NonLocalSC):
        return denoiser.searching(patch_stride=1)
    return denoiser


def of_patches(denoiser: Denoiser) -> SC:
    """``denoiser``, if it is a sparse model of patches.

    Raises:
        ArgumentError: it is not.
    """
    if not isinstance(denoiser, SC):
        raise ArgumentError(
            f"`weights` must be those of a sparse model for the method groupsc, got a {type(denoiser).__name__}; "
            "leave them out."
        )
    return denoiser
