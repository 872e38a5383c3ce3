"""A measurement in the units of its operator: what does not change with the scale of image, operator or noise."""

from dataclasses import dataclass

import torch
from torch import Tensor

from preimage._seen import count_seen, keep_seen, sum_seen
from preimage._shapes import per_image
from preimage._tree import Measurement, dot, leaves, subtract, tree_map
from preimage.errors import CapabilityError
from preimage.models.ram.krylov import krylov_solves
from preimage.physics import LinearPhysics, Physics

__all__ = ["System", "system_of"]

# The least noise, as a share of the image: below it everything is as without noise.
LEAST = 5e-4
_MOST = 100.0
# The share of the energy up to which two images are the same but for rounding.
_SAME = 1e-8


@dataclass(frozen=True)
class System:
    """A linear system and what is known of it, one value for each sample where it is (B,).

    Attributes:
        y: the measurement, its known background subtracted.
        physics: the operator.
        back: ``A^H y``.
        gain: ``q = ||A A^H y||^2 / ||A^H y||^2``, of degree two in ``A``: the mean eigenvalue of ``A^H A`` where the
            measured image has its energy.
        size: root mean square of ``A^H y / q``, in units of the image.
        sigma: standard deviation of the noise over ``sqrt(q)``, in units of the image, at least ``LEAST * size``.
        ratio: ``sigma / size``.
        mean_gain: the mean eigenvalue of ``A^H A`` over ``q``.
        sensitivity: ``A^H A 1 / q``, real, like an image: where the operator looks.
        is_pixelwise: whether ``A^H A`` weighs pixels one by one, as masks do.
        steps: steps of Lanczos' method, where the operator has no closed forms.
    """

    y: Measurement
    physics: LinearPhysics
    back: Tensor
    gain: Tensor
    size: Tensor
    sigma: Tensor
    ratio: Tensor
    mean_gain: Tensor
    sensitivity: Tensor
    is_pixelwise: Tensor
    steps: int

    def solves(self, y: Measurement, shifts: list[Tensor]) -> tuple[Tensor, ...]:
        """``(A^H A + q a)^-1 A^H y`` for each ``a`` (B,): exact in closed form, else a few steps of Lanczos' method."""
        if self.is_closed:
            return tuple(self.physics.solve_regularized(y, self.gain * shift) for shift in shifts)
        back = self.physics.A_adjoint(y)
        return krylov_solves(self.physics.normal_map(back), back, [self.gain * shift for shift in shifts], self.steps)

    @property
    def is_closed(self) -> bool:
        """Whether regularised solves are exact without iterations."""
        if self.physics.diagonal(self.back) is not None:
            return True
        return isinstance(self.y, Tensor) and self.physics.outer_diagonal(self.y) is not None

    def residual(self, x: Tensor) -> Measurement:
        """``y - A x``."""
        return subtract(self.y, self.physics.A(x))

    def scaled_back(self, y: Measurement) -> Tensor:
        """``A^H y / q``, in units of the image."""
        back = self.physics.A_adjoint(y)
        return back / per_image(self.gain, back.real)


def system_of(y: Measurement, physics: Physics, steps: int) -> System:
    """What is known of a measurement.

    Raises:
        CapabilityError: the physics is not linear, or its noise neither Gaussian nor Poisson, both nor none.
    """
    if not isinstance(physics, LinearPhysics):
        raise CapabilityError(f"`physics` must be linear, got {type(physics).__name__}; linearise it first.")
    y, variance = _without_background(y, physics)
    back = physics.A_adjoint(y)
    power, measured = dot(back, back), physics.A(back)
    again = dot(measured, measured)
    gain = torch.where(power > 0, again / torch.where(power > 0, power, 1), 1)
    count = max(1, back[:1].numel())
    size = torch.where(power > 0, power / count, 1).sqrt() / gain * (power > 0)
    sigma = torch.maximum((variance / gain).sqrt(), LEAST * size)
    ratio = torch.where(sigma > 0, sigma, 1) / torch.where(sigma > 0, torch.maximum(size, sigma / _MOST), 1 / LEAST)
    sensitivity = physics.normal(torch.ones_like(back)).real
    mean_gain, is_pixelwise = _seen_by(physics, back, sensitivity)
    sensitivity = sensitivity / per_image(gain, sensitivity)
    return System(y, physics, back, gain, size, sigma, ratio, mean_gain / gain, sensitivity, is_pixelwise, steps)


def _seen_by(physics: LinearPhysics, like: Tensor, sensitivity: Tensor) -> tuple[Tensor, Tensor]:
    """The mean eigenvalue of ``A^H A``, and whether it is diagonal, (B,) each, by what it makes of a random image."""
    rng, drawn = torch.Generator().manual_seed(0), torch.complex128 if like.is_complex() else torch.float64
    probe = torch.randn((1, *like.shape[1:]), generator=rng, dtype=drawn).to(like).expand(like.shape)
    measured = physics.A(probe)
    image = physics.A_adjoint(measured)
    other, power = image - sensitivity * probe, dot(image, image)
    mean = dot(measured, measured) / dot(probe, probe).clamp_min(torch.finfo(like.real.dtype).tiny)
    return mean, dot(other, other) <= _SAME * power


def _without_background(y: Measurement, physics: LinearPhysics) -> tuple[Measurement, Tensor]:
    """``y`` without its known background, and the mean variance of an entry, (B,)."""
    parts, tensors = physics.noise.parts, leaves(y)
    parts = parts * len(tensors) if len(parts) == 1 else parts
    seen = leaves(physics.seen(y))
    kept, variances, counts = [], [], []
    for noise, tensor, mask in zip(parts, tensors, seen, strict=True):
        law = noise.sensor
        if law is None:
            raise CapabilityError(
                f"`physics` must have Gaussian noise, Poisson noise, both or none, got {type(noise).__name__}; "
                "give an approximation by `with_noise`, such as GaussianNoise."
            )
        count = count_seen(tensor, mask)
        read = per_image(law.sigma, tensor).square().flatten() + torch.zeros_like(count)
        if isinstance(law.gain, Tensor) or law.gain != 0:
            total = sum_seen(tensor.clamp_min(0), mask) / count.clamp_min(1)
            read = read + per_image(law.gain, tensor).flatten() * total
        variances.append(read)
        counts.append(count)
        plain = not isinstance(law.background, Tensor) and law.background == 0
        kept.append(tensor if plain else keep_seen(tensor - per_image(law.background, tensor), mask))
    share = torch.stack(counts)
    variance = (torch.stack(variances) * share).sum(0) / share.sum(0).clamp_min(1)
    replaced = iter(kept)
    return tree_map(lambda _: next(replaced), y), variance
