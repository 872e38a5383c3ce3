"""Intensities of random projections."""

import torch
from typing_extensions import Self

from preimage.physics.compressive import CompressedSensing, StructuredRandom
from preimage.physics.noise import Noise
from preimage.physics.phase.phase_retrieval import PhaseRetrieval

__all__ = ["RandomPhaseRetrieval", "StructuredRandomPhaseRetrieval"]


class RandomPhaseRetrieval(PhaseRetrieval):
    """``A(x) = |B x|^2`` with a dense complex random ``B``: what theorems on phase retrieval are about.

    About four measurements for each complex pixel determine the image, up to a global phase (Candes, Strohmer,
    Voroninski 2013; Luo, Alghamdi, Lu 2019).

    Source: Candes, Strohmer, Voroninski, "PhaseLift: exact and stable signal recovery from magnitude measurements via
    convex programming", Communications on Pure and Applied Mathematics 66, 2013.
    """

    @classmethod
    def random(
        cls,
        measurements: int,
        shape: tuple[int, ...],
        rng: torch.Generator | None = None,
        noise: Noise | None = None,
    ) -> Self:
        """Independent complex normal entries of mean zero and variance ``1 / measurements``.

        Args:
            measurements: the number of intensities.
            shape: the shape of one image, (C, H, W) or (C, D, H, W).
            rng: the generator of the matrix, on whose device it is.
            noise: the law of the measurement.
        """
        return cls(CompressedSensing.random(measurements, shape, rng, is_complex=True), noise)


class StructuredRandomPhaseRetrieval(PhaseRetrieval):
    """``A(x) = |B x|^2`` with ``B`` made of random phases and fast transforms: nearly as good as a dense matrix.

    Source: Hu, Tachella, Unser, Dong, "Structured random model for fast and robust phase retrieval", 2024.
    """

    @classmethod
    def random(
        cls,
        measurements: int,
        shape: tuple[int, ...],
        layers: int = 2,
        transform: str = "fourier",
        rng: torch.Generator | None = None,
        noise: Noise | None = None,
    ) -> Self:
        """Independent random phases, and random rows if there are fewer measurements than pixels.

        Args:
            measurements: the number of intensities.
            shape: the shape of one image, (C, H, W) or (C, D, H, W).
            layers: how many pairs of phases and a transform there are.
            transform: "fourier", "dct" or "hadamard".
            rng: the generator of the phases, on whose device they are.
            noise: the law of the measurement.
        """
        operator = StructuredRandom.random(measurements, shape, transform, layers, is_complex=True, rng=rng)
        return cls(operator, noise)
