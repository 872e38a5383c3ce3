"""What pairs of antennas measure of a sky that is not flat."""

import math
from collections.abc import Iterable, Iterator
from functools import reduce

import torch
from torch import Tensor

from preimage._ranges import check_level
from preimage._shapes import check_float, check_image
from preimage.errors import ArgumentError, ShapeError
from preimage.machine.compiler import is_recorded, is_transformed
from preimage.physics.noise import Noise
from preimage.physics.operator.linear import LinearPhysics
from preimage.physics.radio.radio_interferometry import check_visibilities
from preimage.physics.radio.real_planes import RealPlanes
from preimage.transform import nufft, nufft_adjoint
from preimage.transform.half_grid import half_grid
from preimage.transform.nufft import default_accuracy

__all__ = ["WideFieldInterferometry"]

_FEW = 2**14  # terms that are summed in the time that a plan takes


class WideFieldInterferometry(LinearPhysics):
    r"""``y_j = weights_j N^(-1/2) sum_p beam(p) / n(p) x(p) exp(-2 pi i (k_j . (p - c) + w_j (n(p) - 1)))``.

    ``p`` counts the pixels, ``c = floor(size / 2)`` is the centre of the field, ``N`` their number, and ``n = sqrt(1 -
    theta^2)`` with the distance ``theta`` from the centre in direction cosines, ``pixel`` times that in pixels. Where
    all ``w`` are zero, it is :class:`RadioInterferometry` with the beam ``beam / n``.

    The phase of ``w`` is interpolated between Chebyshev nodes of its range ("w-stacking"), with the accuracy of
    :func:`preimage.transform.nufft`: some more than ``2 (max w - min w) max|n - 1|`` of them, one transform for each.
    Gradients reach ``uvw``, weights and beam. The sky is real, and so is what the adjoint gives.

    Args:
        uvw: (M, 3): spatial frequencies ``k`` in cycles per pixel, in [-0.5, 0.5], along rows and columns, and ``w`` in
            wavelengths, as :func:`preimage.physics.radio.uvw_coverage` computes them.
        shape: (H, W) of the image.
        pixel: size of a pixel in arc seconds, > 0; the whole field must lie before the horizon.
        weights: one for each visibility, >= 0, (M,); 1 by default.
        beam: what the antennas see of each direction, real, (H, W), such as that of
            :func:`preimage.physics.radio.primary_beam`; 1 by default.

    Shapes: ``x`` real, (B, 1, H, W); ``y`` complex, (B, 1, M).

    Raises:
        ArgumentError: a frequency is beyond 0.5, a weight is negative, ``pixel`` is not positive or too large.
        ShapeError: an argument has another shape, or the image, in a call, another size.

    Source: Thompson, Moran & Swenson, "Interferometry and Synthesis in Radio Astronomy", chapter 3; Offringa et al.,
    Monthly Notices of the Royal Astronomical Society 444, 2014.
    """

    def __init__(
        self,
        uvw: Tensor,
        shape: tuple[int, int],
        pixel: float,
        weights: Tensor | None = None,
        beam: Tensor | None = None,
        noise: Noise | None = None,
    ) -> None:
        super().__init__(noise)
        if uvw.ndim != 2 or uvw.shape[1] != 3:
            raise ShapeError(f"`uvw` must be real of shape (M, 3), got {tuple(uvw.shape)} {uvw.dtype}; give triples.")
        check_visibilities(uvw[:, :2], shape, weights, beam)
        check_level("pixel", pixel, "give its size in arc seconds")
        if _farthest(pixel, shape) >= 1:
            raise ArgumentError(f"`pixel` must keep the field before the horizon, got {pixel}; take smaller ones.")
        self.uvw = uvw
        self.shape = tuple(int(size) for size in shape)
        self.pixel = pixel
        self.weights = weights
        self.beam = beam

    def A(self, x: Tensor) -> Tensor:
        """The visibilities of the sky ``x``."""
        check_image(x, spatial=(2,))
        if tuple(x.shape[1:]) != (1, *self.shape) or x.is_complex():
            raise ShapeError(f"`x` must be real of shape (B, 1, *{self.shape}), got {tuple(x.shape)}.")
        uvw, sky = self.uvw.to(x), self._gain(x) * x
        if planes := self._planes(uvw, x):
            y = torch.stack([planes.samples(one) for one in sky[:, 0]])[:, None]
        elif self._is_summed():
            y = torch.einsum("mhw,bchw->bcm", self._waves(uvw), torch.complex(sky, torch.zeros_like(sky)))
        else:
            y = _total(
                share * nufft(torch.complex(phase.cos() * sky, phase.sin() * sky), uvw[None, :, :2])
                for share, phase in self._stack(uvw)
            )
        return y if self.weights is None else self.weights.to(x) * y

    def A_adjoint(self, y: Tensor) -> Tensor:
        """The dirty map, of weights as they are, times the beam over ``n``: real."""
        check_float(y, "y")
        if y.ndim != 3 or tuple(y.shape[1:]) != (1, len(self.uvw)) or not y.is_complex():
            raise ShapeError(f"`y` must be complex of shape (B, 1, {len(self.uvw)}), got {tuple(y.shape)} {y.dtype}.")
        uvw = self.uvw.to(y.device, y.real.dtype)
        value = y if self.weights is None else self.weights.to(uvw) * y
        if planes := self._planes(uvw, y):
            return torch.stack([planes.image(one) for one in value[:, 0]])[:, None].mul_(self._gain(uvw))
        if self._is_summed():
            return self._gain(uvw) * torch.einsum("mhw,bcm->bchw", self._waves(uvw).conj(), value).real
        return self._gain(uvw) * _total(
            _turned_back(nufft_adjoint(share.conj() * value, uvw[None, :, :2], self.shape), phase)
            for share, phase in self._stack(uvw)
        )

    def seen(self, y: Tensor) -> Tensor | None:
        """The visibilities of positive weight."""
        return None if self.weights is None else (self.weights > 0).to(y.device).expand(len(y), 1, -1)

    def _gain(self, like: Tensor) -> Tensor:
        """``beam / n``, (H, W)."""
        inverse = 1 / (1 - self._depth(like))
        return inverse if self.beam is None else self.beam.to(like) * inverse

    def _depth(self, like: Tensor) -> Tensor:
        """``1 - n`` of each pixel, (H, W), without the digits that the difference would lose."""
        turn = math.radians(self.pixel / 3600)
        rows, columns = (
            (torch.arange(size, dtype=like.dtype, device=like.device) - size // 2) * turn for size in self.shape
        )
        square = rows[:, None] ** 2 + columns**2
        return square / (1 + (1 - square).sqrt())

    def _planes(self, uvw: Tensor, like: Tensor) -> RealPlanes | None:
        """Transforms of real planes, where no gradient is recorded and they are the fewer."""
        others = tuple(factor for factor in (self.weights, self.beam) if factor is not None)
        if is_recorded(uvw, like, *others):
            return None
        low, high, middle = float(uvw[:, 2].min()), float(uvw[:, 2].max()), _deepest(self.pixel, self.shape) / 2
        accuracy, most = default_accuracy(torch.promote_types(uvw.dtype, torch.complex64)), max(-low, high)
        count = _nodes(2 * math.pi * most * middle, accuracy)
        if count > 2 * _nodes(math.pi * (high - low) * middle, accuracy):
            return None
        grid = half_grid(uvw[:, :2], self.shape, like)
        return None if grid is None else RealPlanes(grid, uvw[:, 2], most, self._depth(uvw) - middle, middle, count)

    def _is_summed(self) -> bool:
        """Whether each term is summed: where these are few, and under ``torch.func``, as in :func:`nufft`."""
        return is_transformed() or len(self.uvw) * math.prod(self.shape) <= _FEW

    def _waves(self, uvw: Tensor) -> Tensor:
        """What each visibility sees of each pixel before the beam, (M, H, W)."""
        rows, columns = (torch.arange(size, dtype=uvw.dtype, device=uvw.device) - size // 2 for size in self.shape)
        u, v, w = uvw.mT[..., None, None]
        phase = u * rows[:, None] + v * columns - w * self._depth(uvw)
        return torch.polar(torch.ones_like(phase), -2 * math.pi * phase) / math.sqrt(math.prod(self.shape))

    def _stack(self, uvw: Tensor) -> Iterator[tuple[Tensor, Tensor]]:
        """What each visibility takes of a node of ``w``, (M,), and the angles of the sky there, (H, W), node by node.

        The middle of the phases is apart, with the visibilities, so that the rest turns half as much.
        """
        w, depth = uvw[:, 2], self._depth(uvw)
        measured = self.uvw[:, 2].detach()
        low, high, middle = float(measured.min()), float(measured.max()), _deepest(self.pixel, self.shape) / 2
        accuracy = default_accuracy(torch.complex(w, w).dtype)
        count = _nodes(math.pi * (high - low) * middle, accuracy)
        angles = math.pi * (torch.arange(count, dtype=torch.float64) + 0.5) / count
        nodes = ((low + high) / 2 + (high - low) / 2 * angles.cos()).to(w)
        polynomials = _chebyshev((w - (low + high) / 2) * (2 / (high - low) if high > low else 0.0), count)
        at_nodes = (torch.arange(count, dtype=torch.float64)[:, None] * angles).cos().to(w)
        angle, depths = 2 * math.pi * middle * w, 2 * math.pi * (depth - middle)
        for number, node in enumerate(nodes):
            share = (2 * at_nodes[1:, number] @ polynomials[1:] + 1) / count
            yield torch.complex(share * angle.cos(), share * angle.sin()), node * depths


def _turned_back(x: Tensor, phase: Tensor) -> Tensor:
    """The real part of ``exp(-i phase) x``."""
    return torch.addcmul(phase.cos() * x.real, phase.sin(), x.imag)


def _total(terms: Iterable[Tensor]) -> Tensor:
    return reduce(torch.add, terms)


def _nodes(most: float, accuracy: float) -> int:
    """How many nodes interpolate ``exp(i a s)``, s in [-1, 1], for all ``|a| <= most``.

    Of its coefficients ``2 J_k(a)`` in Chebyshev polynomials, bounded by ``2 (a / 2)^k / k!``, those left out count
    twice.
    """
    count, term = 1, most / 2
    while 4 * term / max(1 - most / 2 / (count + 1), 0.1) > accuracy or most / 2 > count:
        count += 1
        term *= most / 2 / count
    return count


def _chebyshev(s: Tensor, count: int) -> Tensor:
    """The first Chebyshev polynomials of ``s`` (M,): (count, M)."""
    polynomials = [torch.ones_like(s), s]
    while len(polynomials) < count:
        polynomials.append(2 * s * polynomials[-1] - polynomials[-2])
    return torch.stack(polynomials[:count])


def _deepest(pixel: float, shape: tuple[int, ...]) -> float:
    """``1 - n`` of the corner of the field."""
    square = _farthest(pixel, shape) ** 2
    return square / (1 + math.sqrt(1 - square))


def _farthest(pixel: float, shape: tuple[int, ...]) -> float:
    """The direction cosine of the corner of the field."""
    return math.radians(pixel / 3600) * math.hypot(*(size // 2 for size in shape))
