import importlib.util
import math

import pytest
import torch

from preimage.errors import ArgumentError, ShapeError
from preimage.physics import RadioInterferometry, WideFieldInterferometry
from tests.example import Example, random

UV = random(9, 2, low=-0.5, high=0.5)
UVW = torch.cat([UV, random(9, 1, seed=3, low=-40.0, high=90.0)], 1)
MANY = torch.cat([random(200, 2, seed=4, low=-0.5, high=0.5), random(200, 1, seed=5, low=-40.0, high=90.0)], 1)
DEGREE = 3600.0

EXAMPLES = {
    WideFieldInterferometry: [
        Example(lambda: WideFieldInterferometry(UVW, (4, 3), 5 * DEGREE), shape=(2, 1, 4, 3)),
        Example(
            lambda: WideFieldInterferometry(UVW, (3, 4), DEGREE, random(9, seed=1), random(3, 4, seed=2)),
            shape=(2, 1, 3, 4),
        ),
    ]
}


def matrix(uvw: torch.Tensor, shape: tuple[int, int], pixel: float) -> torch.Tensor:
    """The direct sum in double precision, (M, H, W)."""
    turn = math.radians(pixel / 3600)
    rows, columns = (torch.arange(size).double() - size // 2 for size in shape)
    n = (1 - (turn * rows[:, None]) ** 2 - (turn * columns) ** 2).sqrt()
    u, v, w = uvw.double().T[..., None, None]
    phase = u * rows[:, None] + v * columns + w * (n - 1)
    return torch.polar(1 / n, -2 * torch.pi * phase) / math.prod(shape) ** 0.5


@pytest.mark.parametrize("uvw", [UVW, MANY], ids=["summed", "stacked"])
@pytest.mark.parametrize(("pixel", "scale"), [(20.0, 1.0), (2 * DEGREE, 1.0), (2 * DEGREE, 0.0), (5 * DEGREE, 10.0)])
def test_it_is_the_direct_sum(uvw: torch.Tensor, pixel: float, scale: float) -> None:
    """From fields where the sky is flat to one that turns the phases of long baselines hundreds of times."""
    shape, uvw = (12, 9), uvw.double() * torch.tensor([1.0, 1.0, scale])
    weights, beam = random(len(uvw), seed=1).double(), random(*shape, seed=2).double()
    x, direct = random(2, 1, *shape).double(), weights[:, None, None] * beam * matrix(uvw, shape, pixel)
    physics = WideFieldInterferometry(uvw, shape, pixel, weights, beam)
    y = physics.A(x)
    torch.testing.assert_close(y[:, 0], torch.einsum("mhw,bhw->bm", direct, x[:, 0] + 0j), rtol=0, atol=2e-8)
    mapped = torch.einsum("mhw,bm->bhw", direct.conj(), y[:, 0]).real
    torch.testing.assert_close(physics.A_adjoint(y)[:, 0], mapped, rtol=0, atol=2e-7)
    single = WideFieldInterferometry(uvw.float(), shape, pixel, weights.float(), beam.float()).A(x.float())
    torch.testing.assert_close(single.to(y.dtype), y, rtol=0, atol=2e-4 * max(1.0, scale))


def test_the_adjoint_of_stacked_planes_is_exact() -> None:
    physics, x = WideFieldInterferometry(MANY.double(), (12, 9), 3 * DEGREE), random(1, 1, 12, 9).double()
    y = torch.complex(*random(2, 1, 1, 200, seed=6).double())
    torch.testing.assert_close((physics.A(x) * y.conj()).real.sum(), (x * physics.A_adjoint(y)).sum())


def test_the_sky_of_level_baselines_is_flat() -> None:
    shape, pixel = (6, 7), 2 * DEGREE
    uvw, x = torch.cat([UV, torch.zeros(9, 1)], 1).double(), random(1, 1, 6, 7).double()
    n = 1 / matrix(uvw[:1] * 0, shape, pixel)[0].abs() / 42**0.5
    flat = RadioInterferometry(UV.double(), shape, beam=1 / n)
    torch.testing.assert_close(WideFieldInterferometry(uvw, shape, pixel).A(x), flat.A(x), rtol=1e-8, atol=1e-9)


def test_gradients_of_stacked_planes_are_those_of_the_sum() -> None:
    shape, v = (12, 9), torch.complex(*random(2, 1, 1, 200, seed=6).double())
    weights, beam, x = random(200, seed=1).double(), random(*shape, seed=2).double(), random(1, 1, *shape).double()

    def slopes(is_direct: bool) -> tuple[torch.Tensor, ...]:
        parts = [part.clone().requires_grad_() for part in (MANY.double(), weights, beam, x)]
        uvw, weight, lobe, sky = parts
        if is_direct:
            y = torch.einsum("m,mhw,hw,bchw->bcm", weight + 0j, matrix(uvw, shape, 3 * DEGREE), lobe + 0j, sky + 0j)
        else:
            y = WideFieldInterferometry(uvw, shape, 3 * DEGREE, weight, lobe).A(sky)
        return torch.autograd.grad((y * v.conj()).real.sum(), parts)

    for found, expected in zip(slopes(False), slopes(True), strict=True):
        torch.testing.assert_close(found, expected, rtol=0, atol=1e-7 * float(expected.abs().max()))


def test_what_a_flat_field_would_miss_is_found() -> None:
    """A source 12 degrees off, whose visibilities turn by 2 pi w (n - 1): the flat operator sees it blurred."""
    physics = WideFieldInterferometry(UVW.double(), (16, 16), 2 * DEGREE)
    x = torch.zeros(1, 1, 16, 16, dtype=torch.float64)
    x[..., 2, 8] = 1
    mapped = physics.A_adjoint(physics.A(x))
    assert int(mapped.argmax()) == 2 * 16 + 8
    flat = RadioInterferometry(UV.double(), (16, 16))
    assert flat.A_adjoint(physics.A(x)).max() < 0.7 * mapped.max()


def test_arguments_are_checked() -> None:
    with pytest.raises(ShapeError, match=r"`uvw` must be real of shape \(M, 3\)"):
        WideFieldInterferometry(UV, (4, 4), 1.0)
    with pytest.raises(ArgumentError, match="`pixel` must be positive"):
        WideFieldInterferometry(UVW, (4, 4), 0.0)
    with pytest.raises(ArgumentError, match="`pixel` must keep the field before the horizon"):
        WideFieldInterferometry(UVW, (100, 100), DEGREE)
    with pytest.raises(ShapeError, match="`x` must be real of shape"):
        WideFieldInterferometry(UVW, (4, 4), 1.0).A(random(1, 1, 4, 5))
    with pytest.raises(ShapeError, match="`y` must be complex of shape"):
        WideFieldInterferometry(UVW, (4, 4), 1.0).A_adjoint(random(1, 1, 9))


@pytest.mark.skipif(importlib.util.find_spec("finufft") is None, reason="finufft is not installed")
@pytest.mark.parametrize("scale", [0.0, 0.1, 3.0])
def test_real_planes_are_the_direct_sum(scale: float) -> None:
    """Images of 64 pixels and more, where no gradient is recorded: few and many nodes, odd and even numbers of them."""
    shape, uvw = (65, 64), MANY.double() * torch.tensor([1.0, 1.0, scale])
    weights, beam, x = random(200, seed=1).double(), random(*shape, seed=2).double(), random(2, 1, *shape).double()
    physics = WideFieldInterferometry(uvw, shape, 0.6 * DEGREE, weights, beam)
    assert physics._planes(uvw, x) is not None
    direct = weights[:, None, None] * beam * matrix(uvw, shape, 0.6 * DEGREE)
    y = physics.A(x)
    torch.testing.assert_close(y[:, 0], torch.einsum("mhw,bhw->bm", direct, x[:, 0] + 0j), rtol=0, atol=1e-7)
    mapped = physics.A_adjoint(y)
    expected = torch.einsum("mhw,bm->bhw", direct.conj(), y[:, 0]).real
    torch.testing.assert_close(mapped[:, 0], expected, rtol=0, atol=2e-8 * float(expected.abs().max()) + 1e-7)
    torch.testing.assert_close((y * y.conj()).real.sum(), (x * mapped).sum())
