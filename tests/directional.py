"""Gradients against central differences along a random direction."""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor


def require_gradient(loss: Callable[[], Tensor], parameters: Sequence[Tensor], rtol: float, step: float = 1e-6) -> None:
    """Require that the gradient of ``loss`` (in double precision) is what a small move of all parameters changes."""
    generator = torch.Generator().manual_seed(0)
    directions = [torch.randn(p.shape, generator=generator, dtype=p.dtype) for p in parameters]
    gradients = torch.autograd.grad(loss(), parameters)
    slope = sum(float((g.conj() * d).sum().real) for g, d in zip(gradients, directions, strict=True))
    sides = []
    with torch.no_grad():
        for shift in (step, -2 * step, step):
            sides.append(loss())
            for parameter, direction in zip(parameters, directions, strict=True):
                parameter.add_(direction, alpha=shift)
        sides = [float(side) for side in sides]
    assert slope != 0
    torch.testing.assert_close(torch.tensor(slope), torch.tensor((sides[1] - sides[2]) / (2 * step)), rtol=rtol, atol=0)
