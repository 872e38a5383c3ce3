"""The properties that an object must have, by its types."""

from collections.abc import Iterator

import torch
from torch import Tensor

from preimage.denoisers import Denoiser
from preimage.fidelity import likelihood
from preimage.functional import Conjugable, LinearlyComposed, Proximable, Smooth
from preimage.loss import Loss
from preimage.metric import Metric
from preimage.optim import Tikhonov
from preimage.optim.algorithm import Algorithm
from preimage.physics import BlurFFT, Denoising, GaussianNoise, LinearPhysics, Physics
from preimage.physics.generators import ParameterGenerator
from preimage.physics.kernels import gaussian_blur
from preimage.physics.noise import Noise
from preimage.reconstructor import Reconstructor
from preimage.testing._compare import seeded
from preimage.testing._properties import Property
from preimage.testing.algorithm import check_algorithm
from preimage.testing.composed import check_composed
from preimage.testing.conjugate import check_conjugate
from preimage.testing.denoiser import check_denoiser
from preimage.testing.generator import check_generator
from preimage.testing.large import large_properties
from preimage.testing.loss import check_loss
from preimage.testing.metric import check_metric
from preimage.testing.noise import noise_properties
from preimage.testing.physics import physics_properties
from preimage.testing.prox import check_prox
from preimage.testing.reconstructor import check_reconstructor
from preimage.testing.smooth import check_smooth

__all__ = ["contract_properties"]


def contract_properties(value: object, x: Tensor) -> list[Property]:
    """Every property of every contract of ``value``, on the images ``x``; those on which others depend come first."""
    return [*_physics(value, x), *_functional(value, x), *_others(value, x)]


def _physics(value: object, x: Tensor) -> Iterator[Property]:
    if isinstance(value, LinearPhysics):
        physics = {part.name: part for part in physics_properties(value, x)}
        linear = {part.name: part for part in large_properties(value, x)}
        del physics["independence of the derivative"]  # which is that of the adjoint
        first = ("untouched", "repeatable", "independence"), ("linearity", "adjoint", "automatic differentiation")
        yield from [physics.pop(name) for name in first[0]]
        yield from [linear.pop(name) for name in first[1]]
        yield from (*physics.values(), *linear.values())
    elif isinstance(value, Physics):
        yield from physics_properties(value, x)
    if isinstance(value, Noise):
        yield from noise_properties(value, x)


def _functional(value: object, x: Tensor) -> Iterator[Property]:
    if isinstance(value, Smooth):
        yield Property(
            "gradient", lambda: check_smooth(value, x), "grad is the derivative of forward, one value per image"
        )
    if isinstance(value, Proximable):
        yield Property("prox", lambda: check_prox(value, x), "prox(x, step) minimises step * g(u) + 1/2 ||u - x||^2")
    if isinstance(value, Conjugable):
        yield Property("conjugate", lambda: check_conjugate(value, x), "conjugate(u) is the largest Re <u, x> - g(x)")
    if isinstance(value, LinearlyComposed):
        yield Property(
            "composition", lambda: check_composed(value, x), "linear_adjoint, linear_norm and outer_prox fit to linear"
        )


def _others(value: object, x: Tensor) -> Iterator[Property]:
    if isinstance(value, Denoiser):
        yield Property(
            "denoiser", lambda: check_denoiser(value, x), "D(x, sigma) treats every image on its own, at its level"
        )
    if isinstance(value, ParameterGenerator):
        yield Property("generator", lambda: check_generator(value), "draw takes all random numbers from `rng`")
    if isinstance(value, Metric):
        yield Property("metric", lambda: _check_metric(value, x), "there is one score per image, best for the truth")
    if isinstance(value, Loss):
        yield Property("loss", lambda: _check_loss(value, x), "there is one value per image, decided by `rng`")
    if isinstance(value, Algorithm):
        yield Property(
            "algorithm", lambda: _check_algorithm(value, x), "step returns a new state and keeps samples apart"
        )
    if isinstance(value, Reconstructor):
        yield Property(
            "reconstructor", lambda: _check_reconstructor(value, x), "model(y, physics) depends on nothing else"
        )


def _deblurring(x: Tensor) -> BlurFFT:
    """What algorithms and reconstructors are tried on."""
    return BlurFFT(gaussian_blur(0.7).to(x.real.dtype), GaussianNoise(0.1))


def _check_algorithm(algorithm: Algorithm, x: Tensor) -> None:
    physics = _deblurring(x)
    check_algorithm(algorithm, likelihood(physics, physics(x, seeded())), Tikhonov(1.0), x)


def _check_reconstructor(model: Reconstructor, x: Tensor) -> None:
    physics = _deblurring(x)
    check_reconstructor(model, physics(x, seeded()), physics)


def _check_metric(metric: Metric, x: Tensor) -> None:
    # Two images that are mixed alike would have the same score.
    amounts = torch.linspace(0.05, 0.2, len(x), dtype=x.real.dtype, device=x.device)
    check_metric(metric, x.lerp(x.flip(0), amounts.reshape(-1, *(1,) * (x.ndim - 1)).to(x.dtype)), x)


def _check_loss(loss: Loss, x: Tensor) -> None:
    """On noisy images, which is what most losses are made for."""
    physics = Denoising(GaussianNoise(0.1))
    check_loss(loss, x, physics(x, rng=seeded(1)), physics)
