"""Far-field intensities behind several known masks."""

import math
from collections.abc import Callable

import torch
from torch import Tensor
from typing_extensions import Self

from preimage._tree import Measurement, squared_modulus
from preimage.errors import ShapeError
from preimage.physics.noise import Noise
from preimage.physics.phase.exposures import Exposures
from preimage.physics.phase.phase_retrieval import PhaseRetrieval
from preimage.physics.phase.propagation import as_wave
from preimage.transform.centred_fourier import centring_phases, turned
from preimage.transform.fourier import transformed

__all__ = ["CodedDiffraction", "CodedDiffractionLinearOperator"]


class CodedDiffractionLinearOperator(Exposures):
    """``(A x)_l = F (masks_l * x)`` with the centred orthonormal Fourier transform ``F``.

    ``A^H A = sum_l |masks_l|^2`` acts pixel by pixel, so that every solve is a closed form.

    Args:
        masks: real or complex, (L, H, W).

    Shapes: ``x`` (B, 1, H, W), complex (real ones are taken for complex ones); ``y`` (B, L, H, W), complex.

    Raises:
        ShapeError: ``masks`` have another rank.

    Source: Candes, Li, Soltanolkotabi, "Phase retrieval from coded diffraction patterns", 2015.
    """

    def __init__(self, masks: Tensor, noise: Noise | None = None) -> None:
        super().__init__(noise)
        if masks.ndim != 3:
            raise ShapeError(f"`masks` must have shape (L, H, W), got {tuple(masks.shape)}; add an axis for the masks.")
        self.masks = masks

    @property
    def count(self) -> int:
        """The number of masks."""
        return len(self.masks)

    @property
    def frame(self) -> tuple[int, int]:
        """The size of the image."""
        return self.masks.shape[1], self.masks.shape[2]

    def exposing(self, x: Tensor) -> Callable[[slice], Tensor]:
        """The far field behind some masks."""
        x = as_wave(x)
        if tuple(x.shape[1:]) != (1, *self.frame):
            raise ShapeError(
                f"`x` must have shape (B, 1, {', '.join(map(str, self.frame))}), got {tuple(x.shape)}; "
                "give masks of its size."
            )
        before, after = centring_phases(self.frame, x)
        wave = turned(x, before)  # before the masks, where there is but one image
        # The scale is that of the phases, as transforms take a pass of their own for it.
        phases = turned(x.new_ones((1, *x.shape[2:])), after) / math.sqrt(math.prod(self.frame))

        def expose(which: slice) -> Tensor:
            behind = self.masks[which].to(x.dtype) * wave
            return transformed(torch.fft.fft2, behind).mul_(phases)  # nobody else has it

        return expose

    def collecting(self, like: Tensor) -> Callable[[Tensor | None, Tensor, slice], Tensor]:
        """``sum_l conj(masks_l) * F^H y_l``."""
        like = as_wave(like, "y")
        before, after = centring_phases(self.frame, like)
        ones = like.new_ones((1, *self.frame))
        phases = turned(ones, after, back=True) / math.sqrt(math.prod(self.frame))
        weights = turned(ones, before, back=True)

        def collect(total: Tensor | None, y: Tensor, which: slice) -> Tensor:
            total = like.new_zeros((len(like), 1, *self.frame)) if total is None else total
            masks = self.masks[which].conj().to(like.dtype) * weights
            for mask, part in zip(masks, as_wave(y, "y").split(1, 1), strict=True):  # one in the cache at a time
                total = torch.addcmul(total, mask, transformed(torch.fft.ifft2, part * phases, norm="forward"))
            return total

        return collect

    def gram(self, like: Tensor) -> Tensor:
        """The sum of the squared moduli of the masks."""
        return squared_modulus(self.masks).sum(0)[None, None].to(like.real.dtype)

    def seen(self, y: Measurement) -> None:
        """Every sample: each gathers light of the whole image."""
        return


class CodedDiffraction(PhaseRetrieval):
    """``A(x)_l = |F (masks_l * x)|^2``: diffraction patterns of an image behind several masks.

    Args:
        operator: the masks and the transform, a :class:`CodedDiffractionLinearOperator`.

    Source: Candes, Li, Soltanolkotabi, "Phase retrieval from coded diffraction patterns", 2015.
    """

    @classmethod
    def random(
        cls,
        masks: int,
        shape: tuple[int, int],
        rng: torch.Generator | None = None,
        noise: Noise | None = None,
    ) -> Self:
        """Octanary masks: one of 1, -1, i, -i times ``sqrt(1 / 2)`` (probability 0.8) or ``sqrt(3)`` (0.2).

        Args:
            masks: how many there are.
            shape: (H, W) of the image.
            rng: the generator of the masks, on whose device they are.
            noise: the law of the measurement.
        """
        device = torch.device("cpu") if rng is None else rng.device
        quarters = torch.randint(4, (masks, *shape), generator=rng, device=device)
        is_small = torch.rand((masks, *shape), generator=rng, device=device) < 0.8
        turns = torch.tensor([1, 1j, -1, -1j], device=device)[quarters]
        values = turns * torch.where(is_small, 0.5**0.5, 3**0.5)
        return cls(CodedDiffractionLinearOperator(values), noise)
