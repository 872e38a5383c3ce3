"""Fourier transforms of images that are shared by rows: their spectra are shared by columns."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from preimage.distributed.mesh import Mesh
from preimage.distributed.placement import Placement
from preimage.distributed.sharded import as_part, require_sharded
from preimage.transform import CentredFourier
from preimage.transform.fourier import transformed

__all__ = ["CentredPencilFourier", "PencilFourier", "column_placement", "transpose_shards"]


def transpose_shards(local: Tensor, mesh: Mesh, source: Placement, target: Placement) -> Tensor:
    """The part of what is shared as ``source`` when it is shared as ``target``; gradients go the same way back.

    A process sends its part but for what it keeps: of P processes, (P - 1) / P of the array is sent in all.
    """
    return _Transpose.apply(local, mesh, source, target)


class _Transpose(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, local: Tensor, mesh: Mesh, source: Placement, target: Placement) -> Tensor:
        ctx.how = (mesh, source, target)
        if mesh.size == 1:
            return local.view_as(local)
        shape = list(local.shape)
        shape[target.dim] = target.lengths[mesh.rank]
        shapes = [(*shape[: source.dim], size, *shape[source.dim + 1 :]) for size in source.lengths]
        return torch.cat(mesh.swap(local.split(target.lengths, target.dim), shapes), source.dim)

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, None, None, None]:
        mesh, source, target = ctx.how
        return _Transpose.apply(grads[0], mesh, target, source), None, None, None


def column_placement(mesh: Mesh, ndim: int, columns: int) -> Placement:
    """How spectra of ``ndim`` dimensions and so many columns are shared."""
    return Placement(mesh, ndim - 1, mesh.split(columns))


@dataclass(frozen=True)
class PencilFourier:
    """:class:`preimage.transform.Fourier` of real images shared along the first of ``dims`` axes, half spectrum.

    Rows are transformed where they are; then columns are brought together, which sends (P - 1) / P of the spectrum, and
    transformed. Spectra are shared along their last dimension.

    Args:
        mesh: the processes.
        dims: 2 for images, 3 for volumes.
    """

    mesh: Mesh
    dims: int = 2

    def analysis(self, x: Tensor) -> Tensor:
        """Spectrum, zero frequency first."""
        return self._analysis(x, "ortho")

    def synthesis(self, coefficients: Tensor, shape: tuple[int, ...]) -> Tensor:
        """The inverse transform, of an array of ``shape``, of which the last size counts."""
        return self._synthesis(coefficients, shape, "ortho")

    def filter(self, x: Tensor, gain: Tensor) -> Tensor:
        """The inverse transform of ``gain`` times the transform, scaled once instead of twice."""
        return self._synthesis(self._analysis(x, "backward") * gain, tuple(x.shape), "backward")

    def _analysis(self, x: Tensor, norm: str) -> Tensor:
        rows = require_sharded(x, "x", -self.dims)
        spectrum = transformed(torch.fft.rfft, rows.local, norm=norm)
        if self.dims > 2:
            spectrum = transformed(torch.fft.fftn, spectrum, dim=tuple(range(1 - self.dims, -1)), norm=norm)
        columns = column_placement(self.mesh, x.ndim, spectrum.shape[-1])
        turned = transpose_shards(spectrum, self.mesh, rows.placement, columns)
        return as_part(transformed(torch.fft.fft, turned, dim=-self.dims, norm=norm), columns)

    def _synthesis(self, coefficients: Tensor, shape: tuple[int, ...], norm: str) -> Tensor:
        columns = require_sharded(coefficients, "coefficients", -1)
        rows = Placement(self.mesh, columns.ndim - self.dims, self.mesh.split(columns.shape[-self.dims]))
        turned = transformed(torch.fft.ifft, columns.local, dim=-self.dims, norm=norm)
        spectrum = transpose_shards(turned, self.mesh, columns.placement, rows)
        if self.dims > 2:
            spectrum = transformed(torch.fft.ifftn, spectrum, dim=tuple(range(1 - self.dims, -1)), norm=norm)
        return as_part(transformed(torch.fft.irfft, spectrum, n=shape[-1], norm=norm), rows)


@dataclass(frozen=True)
class CentredPencilFourier:
    """:class:`preimage.transform.CentredFourier` of complex images shared along the first of ``dims`` axes.

    Spectra are shared along their last dimension.

    Args:
        mesh: the processes.
        dims: 2 for slices, 3 for volumes.
    """

    mesh: Mesh
    dims: int = 2

    def analysis(self, x: Tensor) -> Tensor:
        """The spectrum of ``x``, its zero frequency in the middle."""
        rows = require_sharded(x, "x", -self.dims)
        spectrum = CentredFourier(self.dims - 1).analysis(rows.local)
        columns = column_placement(self.mesh, x.ndim, spectrum.shape[-1])
        turned = transpose_shards(spectrum, self.mesh, rows.placement, columns).movedim(-self.dims, -1)
        return as_part(CentredFourier(1).analysis(turned).movedim(-1, -self.dims), columns)

    def synthesis(self, coefficients: Tensor, shape: tuple[int, ...]) -> Tensor:
        """The array whose spectrum is ``coefficients``, shared along its rows."""
        columns = require_sharded(coefficients, "coefficients", -1)
        rows = Placement(self.mesh, columns.ndim - self.dims, self.mesh.split(columns.shape[-self.dims]))
        turned = columns.local.movedim(-self.dims, -1)
        lines = CentredFourier(1).synthesis(turned, tuple(turned.shape)).movedim(-1, -self.dims)
        spectrum = transpose_shards(lines, self.mesh, columns.placement, rows)
        return as_part(CentredFourier(self.dims - 1).synthesis(spectrum, tuple(spectrum.shape)), rows)

    def filter(self, x: Tensor, gain: Tensor) -> Tensor:
        """``synthesis(gain * analysis(x))``."""
        return self.synthesis(gain * self.analysis(x), tuple(x.shape))
