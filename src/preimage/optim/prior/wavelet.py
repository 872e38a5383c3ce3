"""Sparsity of the wavelet details."""

from collections.abc import Sequence

import torch
from torch import Tensor

from preimage._ranges import check_count, check_level, check_number
from preimage._shapes import per_image
from preimage.errors import ArgumentError
from preimage.functional import LinearlyComposed, Proximable, Valued, indicator_of_ball
from preimage.optim.prior._wavelet_union import details, prox_of_union
from preimage.solve import checked_solution
from preimage.transform import Wavelet, soft_threshold

__all__ = ["WaveletPrior"]


class WaveletPrior(LinearlyComposed, Proximable, Valued):
    r"""``g(x) = weight / n * sum_i ||details of W_i x||_1`` with n orthonormal wavelet transforms of each channel.

    The coarsest approximations are not penalised. One wavelet has the soft threshold of the details as its prox, exact
    for every image size (:class:`preimage.transform.Wavelet` says how odd sizes are handled). Several make an
    overcomplete dictionary, whose artefacts at edges average out; the prox is then a minimisation of its own, started
    afresh in every call, and gradients flow through it to ``x`` and ``weight`` by the implicit function theorem.

    For primal-dual methods ``K x`` stacks the details over ``sqrt(n)``, (B, n, C, ...), so that ``||K|| <= 1``.

    Args:
        weight: > 0, a float or (B,).
        wavelet: an orthogonal wavelet of PyWavelets, or several of them.
        level: how many times the low-pass part is split, >= 1.
        tol: the prox of several stops at this duality gap, relative to its objective; >= 0.
        max_steps: the most steps of that prox, >= 1.

    Shapes: (B, C, H, W) or (B, C, D, H, W), real or complex.

    Raises:
        ArgumentError: no such orthogonal wavelet or level, no wavelet at all, or a number is out of its range.
        MissingDependency: PyWavelets is not installed.

    Source: Daubechies, Defrise, De Mol 2004 (one basis); Elad, Milanfar, Rubinstein 2007 (analysis, several).
    """

    def __init__(
        self,
        weight: float | Tensor = 1.0,
        wavelet: str | Sequence[str] = "db4",
        level: int = 3,
        tol: float = 1e-4,
        max_steps: int = 500,
    ) -> None:
        super().__init__()
        check_number("weight", weight, "leave the prior out to have none")
        check_level("tol", tol, "1e-4 is usual", zero=True)
        check_count("max_steps", max_steps, "the iteration needs one")
        self.weight = weight
        self.wavelet = wavelet
        self.level = level
        self.tol = tol
        self.max_steps = max_steps
        if not wavelet:
            raise ArgumentError(f"`wavelet` must name at least one wavelet, got {wavelet!r}; 'db4' is usual.")
        self._transforms(2)  # says at once what cannot work

    def forward(self, x: Tensor) -> Tensor:
        """The value of each sample, (B,)."""
        transforms = self._transforms(x.ndim - 2)
        size = torch.stack([details(transform, x).abs().flatten(1).sum(1) for transform in transforms]).mean(0)
        return per_image(self.weight, x).flatten() * size

    def prox(self, x: Tensor, step: float | Tensor) -> Tensor:
        """``argmin_u 1/2 ||u - x||^2 + step * g(u)``; for one wavelet the soft threshold at ``step * weight``."""
        transforms = self._transforms(x.ndim - 2)
        threshold = per_image(self.weight, x) * per_image(step, x) / len(transforms)
        if len(transforms) > 1:
            solution = prox_of_union(x, threshold, transforms, self.tol, self.max_steps)
            advice = "raise its `max_steps` or `tol`"
            return checked_solution(solution, "The prox of WaveletPrior", advice, "relative duality gap")
        coefficients = transforms[0].analysis(x)
        result = soft_threshold(coefficients, threshold)
        transforms[0].approximation(result).copy_(transforms[0].approximation(coefficients))
        return transforms[0].synthesis(result)

    def linear(self, x: Tensor) -> Tensor:
        """The details over ``sqrt(n)``, zeros for the approximation, (B, n, C, ...)."""
        transforms = self._transforms(x.ndim - 2)
        return torch.stack([details(transform, x) for transform in transforms], 1) / len(transforms) ** 0.5

    def linear_adjoint(self, z: Tensor) -> Tensor:
        """The sum of what the details of ``z`` stand for, over ``sqrt(n)``."""
        total = torch.zeros_like(z[:, 0])
        transforms = self._transforms(z.ndim - 3)
        for transform, part in zip(transforms, z.unbind(1), strict=True):
            part = part.clone()
            transform.approximation(part).zero_()
            total = total + transform.synthesis(part)
        return total / len(transforms) ** 0.5

    def linear_norm(self, x: Tensor) -> Tensor:
        """One, reached where an image has no approximation in any basis; a bound for n of 2^level or more."""
        return x.real.new_ones(1)

    def outer_prox(self, z: Tensor, step: float | Tensor) -> Tensor:
        """The soft threshold at ``step * weight / sqrt(n)``."""
        return soft_threshold(z, per_image(self.weight, z) * per_image(step, z) / z.shape[1] ** 0.5)

    def outer_conjugate(self, z: Tensor) -> Tensor:
        """Zero where no modulus is above ``weight / sqrt(n)``, else infinite."""
        return indicator_of_ball(z.abs(), per_image(self.weight, z) / z.shape[1] ** 0.5)

    def _transforms(self, dims: int) -> list[Wavelet]:
        names = [self.wavelet] if isinstance(self.wavelet, str) else self.wavelet
        return [Wavelet(name, self.level, dims) for name in names]
