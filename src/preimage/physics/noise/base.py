"""What every noise model can do: draw, and score."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from preimage._module import Module
from preimage._ranges import holds_everywhere
from preimage._recording import slope
from preimage._tree import Measurement, leaves, sum_leaves, tree_map
from preimage.errors import ArgumentError, CapabilityError, ShapeError

__all__ = ["CountLaw", "Noise", "ProximableNoise", "SensorLaw"]


@dataclass(frozen=True)
class CountLaw:
    """What a law of counts ``y = gain * Poisson((z + background) / gain)`` is made of.

    Attributes:
        gain: image units per count, a float or (B,).
        background: mean of what is counted without an image, a float, (B,), or a tensor of the rank of ``y``.
    """

    gain: float | Tensor
    background: float | Tensor


@dataclass(frozen=True)
class SensorLaw:
    """What a law ``y = gain * Poisson((z + background) / gain) + sigma n`` of photons and read-out is made of.

    Its mean is ``z + background`` and its variance ``gain * (z + background) + sigma^2``.

    Attributes:
        gain: units of ``y`` per photon, a float or (B,); 0 for the limit without photon noise.
        sigma: standard deviation of the read-out, a float or (B,); 0 for none.
        background: mean of what is counted without an image, a float, (B,), or a tensor of the rank of ``y``.
    """

    gain: float | Tensor
    sigma: float | Tensor
    background: float | Tensor = 0.0


class Noise(Module):
    """A conditional law ``p(y | z)`` of the measurement ``y`` given its noiseless value ``z``.

    ``nll`` is the negative log-likelihood up to a term that does not depend on ``z``; it is the default data term of a
    reconstruction. ``constant`` is that term, so that ``log_prob`` is the logarithm of a normalised density, or of a
    probability where ``y`` is discrete: levels of noise can be compared by it. ``z`` and ``y`` are a tensor or a tuple
    of tensors; parameters are floats or one value per sample.
    """

    def sample(self, z: Measurement, rng: torch.Generator | None = None) -> Measurement:
        """Draw ``y`` given ``z``; neither ``z`` nor the global random state changes when ``rng`` is given."""
        return tree_map(lambda leaf: self._sample(leaf, rng), z)

    def _sample(self, z: Tensor, rng: torch.Generator | None) -> Tensor:
        raise NotImplementedError

    def nll(self, z: Measurement, y: Measurement) -> Tensor:
        """``-log p(y | z)`` up to a constant in ``z``, summed over each sample: (B,)."""
        raise NotImplementedError

    def constant(self, y: Measurement) -> Tensor:
        """What :meth:`nll` leaves out of ``-log p(y | z)``, a function of ``y`` alone, (B,); zero for nothing."""
        return sum_leaves(lambda leaf: torch.zeros_like(leaf.real), y)

    def log_prob(self, z: Measurement, y: Measurement) -> Tensor:
        """``log p(y | z)``, normalised, (B,): ``-nll(z, y) - constant(y)``."""
        return -self.nll(z, y) - self.constant(y)

    def grad(self, z: Measurement, y: Measurement) -> Measurement:
        """Gradient of :meth:`nll` in ``z``, by automatic differentiation unless a subclass knows better."""
        return slope(lambda point: self.nll(point, y), z)[1]

    def check_measurement(self, y: Measurement, seen: Measurement) -> None:
        """Raise where this law has no likelihood for ``y``: for one that it never draws, or a level of zero.

        ``seen`` tells of which entries to look at, as :meth:`preimage.physics.Physics.seen` does.
        """

    @property
    def is_absent(self) -> bool:
        """Whether there is no noise by definition: ``y = z``."""
        return False

    @property
    def is_entrywise(self) -> bool:
        """Whether the entries of ``y`` are independent given ``z``, so that a prox may take a step for each."""
        return True

    @property
    def gaussian_sigma(self) -> float | Tensor | None:
        """The standard deviation of white Gaussian noise, 0 for no noise; ``None`` for any other law."""
        return None

    @property
    def least_squares(self) -> Any:
        """The ``s`` with ``nll(z, y) = ||(y - z) / s||^2 / 2``, else ``None``; of stacked measurements a tuple."""
        return None

    @property
    def counts(self) -> CountLaw | None:
        """Gain and background of a law of counts; ``None`` for any other law."""
        return None

    @property
    def sensor(self) -> SensorLaw | None:
        """Gain and read-out of Poisson noise, white Gaussian noise, or both; ``None`` for any other law."""
        if self.gaussian_sigma is not None:
            return SensorLaw(0.0, self.gaussian_sigma)
        law = self.counts
        return None if law is None else SensorLaw(law.gain, 0.0, law.background)

    @property
    def speckle_looks(self) -> float | Tensor | None:
        """The number of looks of multiplicative Gamma speckle; ``None`` for any other law."""
        return None

    @property
    def binary_trials(self) -> int | Tensor | None:
        """How many trials a share of those that came true is of; ``None`` for any other law."""
        return None

    @property
    def parts(self) -> "tuple[Noise, ...]":
        """The independent noises of stacked measurements, in turn; the noise alone where there is one."""
        return (self,)

    def curvature(self, y: Measurement) -> Tensor | None:
        """A bound, (B,) or (1,), of the second derivatives of ``nll(z, y)`` for ``z`` >= 0; ``None`` without one."""
        return None

    def information(self, y: Measurement, seen: Measurement) -> Tensor | None:
        """About the mean second derivative of ``nll(z, y)`` where ``z`` explains ``y``, (B,) or (1,); or ``None``.

        ``seen`` tells which entries count, as :meth:`preimage.physics.Physics.seen` does.
        """
        return None

    def deviance(self, z: Measurement, y: Measurement) -> Measurement:
        """``2 (nll(z, y) - min_u nll(u, y))`` of every entry: how badly ``z`` explains it, about one at the true ``z``.

        Two for complex entries, which are two real numbers.

        Raises:
            CapabilityError: for a law that has no such expectation.
        """
        raise CapabilityError(
            f"the noise must be Gaussian or Poisson for a discrepancy, got {type(self).__name__}; stop otherwise."
        )


class ProximableNoise(Noise):
    """A noise whose negative log-likelihood has a proximal map in closed form."""

    @property
    def is_convex(self) -> bool:
        """Whether ``nll`` is convex in ``z``. Where it is not, :meth:`prox` gives a global minimiser all the same."""
        return True

    def prox(self, z: Measurement, y: Measurement, step: float | Tensor) -> Measurement:
        """``argmin_u step * nll(u, y) + 1/2 ||u - z||^2``; ``step`` > 0 is a float or (B,)."""
        raise NotImplementedError

    def conjugate(self, u: Measurement, y: Measurement) -> Tensor:
        """``sup_z Re <u, z> - nll(z, y)`` of each sample, (B,); infinite outside its domain."""
        raise NotImplementedError


def draw_normal(like: Tensor, rng: torch.Generator | None) -> Tensor:
    """Standard normal numbers shaped like ``like``; complex ones have variance one in each of the two parts.

    Drawn on the generator's own device, so that a CPU generator gives the same numbers on every device.
    """
    device = like.device if rng is None else rng.device
    if like.is_complex():
        real = torch.randn(*like.shape, 2, generator=rng, device=device, dtype=like.real.dtype)
        return torch.view_as_complex(real).to(like.device)
    return torch.randn(like.shape, generator=rng, device=device, dtype=like.dtype).to(like.device)


def draw_uniform(like: Tensor, rng: torch.Generator | None) -> Tensor:
    """Uniform numbers in [0, 1) shaped like the real ``like``, drawn on the generator's own device."""
    device = like.device if rng is None else rng.device
    return torch.rand(like.shape, generator=rng, device=device, dtype=like.dtype).to(like.device)


def draw_poisson(rate: Tensor, rng: torch.Generator | None) -> Tensor:
    """Poisson counts of mean ``rate`` (real; below zero as at zero), drawn on the generator's own device."""
    if rate.is_complex():
        raise ShapeError(f"counts need a real measurement, got {rate.dtype}; take its real part or its modulus.")
    device = rate.device if rng is None else rng.device
    return torch.poisson(rate.clamp_min(0).to(device), generator=rng).to(rate.device)


def draw_binomial(count: Tensor, probability: Tensor, rng: torch.Generator | None) -> Tensor:
    """Binomial numbers, drawn on the generator's own device."""
    device = count.device if rng is None else rng.device
    return torch.binomial(count.to(device), probability.to(device), generator=rng).to(count.device)


def draw_gamma(shape: Tensor, rng: torch.Generator | None) -> Tensor:
    """Gamma numbers of scale one and the real ``shape`` >= 0 (zero gives zero), drawn on the generator's own device."""
    device = shape.device if rng is None else rng.device
    drawn = torch._standard_gamma(shape.clamp_min(0).to(device), generator=rng)  # pyright: ignore[reportPrivateImportUsage]
    return torch.where(shape > 0, drawn.to(shape.device), 0)


def real_parts(z: Tensor) -> Tensor:
    """``z``, or the real and the imaginary parts of complex numbers along a new last dimension."""
    return torch.view_as_real(z.resolve_conj()) if z.is_complex() else z


def require_real(y: Tensor, what: str) -> None:
    """Require a real tensor for a law of real numbers."""
    if y.is_complex():
        raise ShapeError(f"`y` must hold {what}, which are real, got {y.dtype}; take its real part or its modulus.")


def require_all_seen(noise: Noise, y: Measurement, seen: Measurement) -> None:
    """Require that nothing of ``y`` is hidden, for a law whose entries are not independent."""
    for leaf, mask in zip(leaves(y), leaves(seen), strict=True):
        if mask is not None and not holds_everywhere(mask | torch.zeros_like(leaf, dtype=torch.bool)):
            raise ArgumentError(
                f"`y` must be measured everywhere for {type(noise).__name__}, whose entries depend on each other, got "
                "hidden ones; take a noise of independent entries."
            )
