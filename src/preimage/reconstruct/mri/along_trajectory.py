"""From readouts along a trajectory to problems that can be solved."""

from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor
from typing_extensions import override

from preimage.errors import ArgumentError
from preimage.physics import NonCartesianMRI, coils, densities
from preimage.reconstruct.frame.acquisition import Acquisition, Piece
from preimage.reconstruct.mri.calibration import estimated_maps
from preimage.reconstruct.mri.ismrmrd import Shots
from preimage.reconstruct.mri.oversampling import wanted_samples
from preimage.reconstruct.mri.piece import cut_to
from preimage.reconstruct.mri.settings import MRISettings
from preimage.transform import CentredFourier

__all__ = ["ShotsPiece", "acquire_shots"]

_OUTER = 0.7
_LEAST = 1e-6


@dataclass(frozen=True)
class ShotsPiece(Piece):
    """Samples (1, coils, shots, samples) of one slice along a trajectory.

    Attributes:
        density: for how much of k-space each sample stands, (shots, samples).
        crop: the size of the image, in the middle of the encoded one.
        is_complex: whether complex numbers are wanted, or their moduli.
        known: the standard deviation of the noise where a noise scan tells it.
    """

    physics: NonCartesianMRI
    density: Tensor | None = None
    crop: tuple[int, ...] = ()
    is_complex: bool = False
    known: float | None = None

    @override
    def first(self) -> Tensor:
        """Gridding with density compensation."""
        assert self.density is not None
        return self.physics.gridding(self.y, self.density)

    @override
    def estimated_level(self) -> float:
        """That of the noise scan, or else that of the outer part of k-space."""
        if self.known is not None:
            return self.known
        radius = self.physics.trajectory.square().sum(-1).sqrt()
        moduli = self.y[:, :, radius >= _OUTER * radius.max()].abs()
        return max(float(moduli.median()) / 1.1774100225154747, _LEAST * float(self.y.abs().max()))

    @override
    def finish(self, x: Tensor) -> Tensor:
        return cut_to(x, self.crop, self.is_complex)


def acquire_shots(shots: Shots, settings: MRISettings) -> Acquisition:
    """The slices of ``shots``, with sensitivities estimated from the middle of gridded k-space.

    Raises:
        ArgumentError: an option is for Cartesian k-space, or out of its range.
    """
    for name, value in (("mask", settings.mask), ("maps", settings.maps)):
        if value is not None:
            raise ArgumentError(
                f"`{name}` must be left out for a trajectory, got {value}; it is for Cartesian k-space."
            )
    header = shots.header
    encoded = (header.encoded[1], header.encoded[0])
    crop = encoded if settings.full else (wanted_samples(header, 1), wanted_samples(header, 0))
    matrix = None if shots.noise is None else coils.prewhitening(torch.from_numpy(shots.noise))
    count, channels, lines, samples = shots.values.shape
    words = f"{channels} coils, {lines} readouts of {samples} samples along a {header.trajectory} trajectory"
    told = () if matrix is None else ("the noise of the coils was made independent by the noise scan",)
    pieces = [partial(_piece, shots, index, settings, matrix, encoded, crop) for index in range(count)]
    return Acquisition(
        pieces, crop if count == 1 else (count, *crop), shots.grid, words, "cg-sense", {}, told
    )  # fmt: skip


def _piece(
    shots: Shots, index: int, settings: MRISettings, matrix: Tensor | None, encoded: tuple[int, int],
    crop: tuple[int, int],
) -> ShotsPiece:  # fmt: skip
    y, points = torch.from_numpy(shots.values[index][None]), torch.from_numpy(shots.points[index].copy())
    y = y if matrix is None else coils.mix_coils(matrix, y)
    if settings.coils is not None:
        y = coils.mix_coils(coils.coil_compression(y, settings.coils), y)
    density = densities.pipe_menon(points, encoded)
    each = NonCartesianMRI(points, encoded).gridding(y.transpose(0, 1), density)
    spectra = CentredFourier(2).analysis(each.transpose(0, 1))
    full = torch.ones(encoded, dtype=torch.bool).numpy()
    physics = NonCartesianMRI(points, encoded, estimated_maps(spectra, full))
    known = None if matrix is None else 1.0
    return ShotsPiece(y, physics, 0.0, density, crop, settings.complex, known)
