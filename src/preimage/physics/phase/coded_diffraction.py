"""Far-field intensities behind several known masks."""

import torch
from torch import Tensor
from typing_extensions import Self

from preimage._tree import Measurement, squared_modulus
from preimage.errors import ShapeError
from preimage.physics.noise import Noise
from preimage.physics.operator.diagonal_gram import DiagonalGram
from preimage.physics.phase.phase_retrieval import PhaseRetrieval
from preimage.physics.phase.propagation import as_wave
from preimage.transform.centred_fourier import centring_phases, turned
from preimage.transform.fourier import transformed

__all__ = ["CodedDiffraction", "CodedDiffractionLinearOperator"]


class CodedDiffractionLinearOperator(DiagonalGram):
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

    def A(self, x: Tensor) -> Tensor:
        """The far field behind each mask."""
        x = as_wave(x)
        if tuple(x.shape[1:]) != (1, *self.masks.shape[1:]):
            raise ShapeError(
                f"`x` must have shape (B, 1, {', '.join(map(str, self.masks.shape[1:]))}), got {tuple(x.shape)}; "
                "give masks of its size."
            )
        before, after = centring_phases((x.shape[2], x.shape[3]), x)
        behind = self.masks.to(x.dtype) * turned(x, before)  # before the masks, where there is but one image
        spectra = transformed(torch.fft.fft2, behind, norm="ortho")
        return spectra.mul_(turned(x.new_ones((1, *x.shape[2:])), after))  # nobody else has it

    def A_adjoint(self, y: Tensor) -> Tensor:
        """``sum_l conj(masks_l) * F^H y_l``."""
        y = as_wave(y, "y")
        before, after = centring_phases((y.shape[2], y.shape[3]), y)
        phases = turned(y.new_ones((1, *y.shape[2:])), after, back=True)
        total = y.new_zeros((len(y), *y.shape[2:]))
        for mask, part in zip(self.masks.conj().to(y.dtype), y.unbind(1), strict=True):  # one in the cache at a time
            total = torch.addcmul(total, mask, transformed(torch.fft.ifft2, part * phases, norm="ortho"))
        return turned(total[:, None], before, back=True)

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
