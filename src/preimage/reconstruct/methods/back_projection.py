"""Filtered back-projection."""

from dataclasses import dataclass
from typing import Any, ClassVar

from typing_extensions import override

from preimage.errors import ArgumentError
from preimage.reconstruct.ct.settings import CTSettings, FilterWindow
from preimage.reconstruct.frame.acquisition import Piece, ViewsPiece
from preimage.reconstruct.frame.approach import Approach, FoundImages, Tell
from preimage.solve import Reason

__all__ = ["ConeBackProjection", "FilteredBackProjection"]


@dataclass(frozen=True)
class FilteredBackProjection(Approach):
    """:meth:`preimage.physics.Tomography.fbp` of parallel rays and fans."""

    window: FilterWindow = "ramp"

    name: ClassVar[str] = "fbp"
    takes: ClassVar[frozenset[str]] = frozenset({"window"})
    dims: ClassVar[int] = 2

    @classmethod
    @override
    def options(cls, settings: CTSettings) -> dict[str, Any]:
        return {"window": settings.window}

    @override
    def solve(self, piece: Piece, tell: Tell) -> FoundImages:
        assert isinstance(piece, ViewsPiece)
        if len(piece.physics.shape) != self.dims:
            raise ArgumentError(
                f"`method` must be {'fdk for a cone' if self.dims == 2 else 'fbp for parallel rays or a fan'}, got "
                f"{self.name}; or leave it out."
            )
        x = piece.physics.fbp(piece.y, self.window)
        tell(1)
        return FoundImages(x, Reason("one_pass", 1))


@dataclass(frozen=True)
class ConeBackProjection(FilteredBackProjection):
    """The method of Feldkamp, Davis and Kress: the same for a cone."""

    name: ClassVar[str] = "fdk"
    dims: ClassVar[int] = 3
