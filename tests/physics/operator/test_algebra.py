import pytest
import torch
from torch import Tensor

from preimage._tree import leaves
from preimage.errors import CapabilityError, FieldError
from preimage.physics import (
    Blur,
    BlurFFT,
    Decolorize,
    Demosaicing,
    Denoising,
    Diagonal,
    GaussianNoise,
    Inpainting,
    LinearPhysics,
    NoNoise,
    stack,
)
from preimage.physics.operator.linear import Product, Scaled, Sum
from preimage.testing import check_linear
from preimage.transform import Fourier, Pixels
from tests.contract import require_operator

SHAPE = (2, 3, 4, 5)


class Sampling(LinearPhysics):
    """``A x = mask * F x``: what a single-coil MRI measures. Left basis: pixels of the spectrum."""

    def __init__(self, mask: Tensor, noise: GaussianNoise | None = None) -> None:
        super().__init__(noise)
        self.mask = mask

    def diagonal(self, like: Tensor) -> Diagonal:
        axes = (1,) * (like.ndim - self.mask.ndim)
        return Diagonal(
            Pixels(), Fourier(real=False), lambda: self.mask.reshape(*axes, *self.mask.shape).to(like.real.dtype)
        )


class Filter(LinearPhysics):
    """Circular convolution, given by its transfer function."""

    def __init__(self, transfer: Tensor, noise: GaussianNoise | None = None) -> None:
        super().__init__(noise)
        self.transfer = transfer

    def diagonal(self, like: Tensor) -> Diagonal:
        basis = Fourier(real=False)  # complex128: these tests are in double precision
        return Diagonal(basis, basis, lambda: self.transfer[(None,) * (like.ndim - 2)])


def uniform(*shape: int, seed: int) -> Tensor:
    return torch.rand(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def matrix(physics: LinearPhysics, shape: tuple[int, ...], dtype: torch.dtype = torch.complex128) -> Tensor:
    """The dense matrix on one image of ``shape``, column by column."""
    columns = []
    for index in range(torch.Size(shape).numel()):
        x = torch.zeros(shape, dtype=dtype).flatten()
        x[index] = 1
        columns.append(torch.cat([leaf.flatten() for leaf in leaves(physics.A(x.reshape(shape)))]))
    return torch.stack(columns, 1)


MASK = Inpainting(uniform(4, 5, seed=1))
SEEN = Inpainting(uniform(4, 5, seed=2) > 0.3)
GREY = Decolorize((0.2, 0.5, 0.3))
FOURIER = Sampling((uniform(4, 5, seed=3) > 0.3).double())
BLUR = Filter(torch.complex(uniform(4, 5, seed=4) + 0.2, uniform(4, 5, seed=5)))
ONE = (1, 3, 4, 5)


@pytest.mark.parametrize(
    ("combined", "expected"),
    [
        (SEEN @ FOURIER, lambda m: m(SEEN) @ m(FOURIER)),
        (FOURIER @ BLUR, lambda m: m(FOURIER) @ m(BLUR)),
        (SEEN @ FOURIER @ BLUR, lambda m: m(SEEN) @ m(FOURIER) @ m(BLUR)),
        (FOURIER @ SEEN, lambda m: m(FOURIER) @ m(SEEN)),
        (GREY @ MASK, lambda m: m(GREY) @ m(MASK)),
        (MASK + SEEN, lambda m: m(MASK) + m(SEEN)),
        (MASK + BLUR, lambda m: m(MASK) + m(BLUR)),
        (2.5 * GREY, lambda m: 2.5 * m(GREY)),
        ((1 + 2j) * FOURIER, lambda m: (1 + 2j) * m(FOURIER)),
        (FOURIER.H, lambda m: m(FOURIER).mH),
        ((SEEN @ FOURIER).H @ (MASK @ FOURIER), lambda m: (m(SEEN) @ m(FOURIER)).mH @ m(MASK) @ m(FOURIER)),
        (stack(GREY, MASK), lambda m: torch.cat([m(GREY), m(MASK)])),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, LinearPhysics) else "",
)
def test_combinations_are_those_of_the_matrices(combined: LinearPhysics, expected) -> None:
    torch.testing.assert_close(matrix(combined, ONE), expected(lambda part: matrix(part, ONE)))
    x = torch.complex(uniform(*SHAPE, seed=6), uniform(*SHAPE, seed=7))
    require_operator(combined, x, is_traced=True)


def test_the_adjoint_of_a_grey_image_takes_grey_images() -> None:
    up = GREY.H
    torch.testing.assert_close(matrix(up, (1, 1, 4, 5)), matrix(GREY, ONE).mH)
    check_linear(up, uniform(2, 1, 4, 5, seed=8))
    assert type(up.H) is Decolorize


@pytest.mark.parametrize(
    "combined",
    [
        SEEN @ FOURIER,
        FOURIER @ BLUR,
        SEEN @ FOURIER @ BLUR,
        MASK + SEEN,
        3 * (SEEN @ FOURIER),
        FOURIER.H,
        BLUR @ BLUR.H,
    ],
)
def test_closed_forms_survive_where_bases_fit(combined: LinearPhysics) -> None:
    x = torch.complex(uniform(*SHAPE, seed=6), uniform(*SHAPE, seed=7))
    form = combined.diagonal(x)
    assert form is not None
    torch.testing.assert_close(form.A(x), combined.A(x))
    dense = matrix(combined, ONE)
    wanted = torch.linalg.solve(
        dense.mH @ dense + 0.3 * torch.eye(60, dtype=torch.float64), x.flatten(1).mT
    ).mT.reshape(SHAPE)
    torch.testing.assert_close(combined.solve_shifted(x, 0.3), wanted, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("combined", [FOURIER @ SEEN, GREY @ MASK, MASK + BLUR, stack(MASK, SEEN)])
def test_they_end_where_bases_do_not_fit(combined: LinearPhysics) -> None:
    assert combined.diagonal(torch.empty(ONE)) is None


def test_types_of_the_results() -> None:
    assert type(SEEN @ FOURIER) is type(GREY @ MASK) is Product
    assert type(MASK + BLUR) is Sum
    assert type(2 * GREY) is Scaled


def test_a_multiple_keeps_the_closed_forms_of_its_operator() -> None:
    y = uniform(2, 1, 4, 5, seed=9)
    torch.testing.assert_close((4 * Demosaicing()).A_dagger(y), Demosaicing().A_dagger(y) / 4)
    b = uniform(2, 3, 4, 5, seed=10)
    torch.testing.assert_close((0 * GREY).solve_shifted(b, torch.tensor([1.0, 2.0]).double())[1], b[1] / 2)
    assert (0 * GREY).A_dagger(y).count_nonzero() == 0
    torch.testing.assert_close((-2 * GREY).norm(torch.empty(ONE)), 2 * GREY.norm(torch.empty(ONE)))


def test_the_noise_is_that_of_the_outermost_operator(rng: torch.Generator) -> None:
    combined = Decolorize(noise=GaussianNoise(0.3)) @ Inpainting(torch.ones(200, 200), GaussianNoise(5.0))
    assert isinstance(combined.noise, GaussianNoise)
    y = combined(torch.zeros(1, 3, 200, 200), rng)
    assert abs(y.std().item() - 0.3) < 0.01
    assert isinstance(combined.inner.noise, NoNoise)  # type: ignore[union-attr]
    assert isinstance((2 * Denoising(GaussianNoise(0.1))).noise, GaussianNoise)
    assert isinstance(Denoising(GaussianNoise(0.1)).H.noise, NoNoise)


def test_replace_reaches_the_factors() -> None:
    combined = Decolorize(noise=GaussianNoise(0.3)) @ MASK
    x = uniform(2, 3, 4, 5, seed=11)
    mask = uniform(2, 1, 4, 5, seed=12)
    quiet = combined.replace(mask=mask, sigma=1e-9)
    torch.testing.assert_close(quiet.A(x), Decolorize().A(mask * x))
    assert quiet.noise.sigma == 1e-9  # type: ignore[union-attr]
    torch.testing.assert_close(combined(x, weights=(1.0, 0.0, 0.0), sigma=1e-12), (MASK.mask * x)[:, :1])
    with pytest.raises(FieldError, match="`mask` must be one field"):
        (MASK + SEEN).replace(mask=mask)


def test_only_linear_operators_combine() -> None:
    with pytest.raises(CapabilityError, match="operands must be LinearPhysics, got str"):
        GREY @ "blur"  # type: ignore[operator]
    with pytest.raises(CapabilityError, match="`factor` must be a number, got Decolorize"):
        GREY * GREY  # type: ignore[operator]
    with pytest.raises(CapabilityError, match="`operators` must be one or more"):
        stack()


@pytest.mark.parametrize("factor", [1j, 1 + 2j, -0.5j])
@pytest.mark.parametrize("operator", [BlurFFT(torch.rand(1, 1, 3, 3)), Blur(torch.rand(1, 1, 3, 3), "reflect")])
def test_a_complex_multiple_is_the_multiple(operator, factor, rng):
    operator, scaled = operator.double(), factor * operator.double()
    x = torch.rand(2, 1, 8, 9, dtype=torch.float64, generator=rng)
    y = torch.randn(2, 1, 8, 9, dtype=torch.complex128, generator=rng)
    assert torch.allclose(scaled.A(x), factor * operator.A(x))
    adjoint = operator.A_adjoint(y.real) + 1j * operator.A_adjoint(y.imag)
    assert torch.allclose(scaled.A_adjoint(y), factor.conjugate() * adjoint)
    assert torch.allclose((scaled + operator).A(x), (1 + factor) * operator.A(x))
    assert torch.allclose(scaled.norm(x), abs(factor) * operator.norm(x))


def test_stacks_have_an_algebra(rng):
    sensors = stack(Denoising(GaussianNoise(0.1)), BlurFFT(torch.ones(1, 1, 3, 3) / 9, GaussianNoise(0.2)))
    x = torch.rand(1, 1, 6, 7, generator=rng)
    wanted = sensors.A(x)
    for operator, factor in ((sensors @ Denoising(), 1), (2 * sensors, 2), (sensors + sensors, 2)):
        for ours, theirs in zip(operator.A(x), wanted, strict=True):
            assert torch.allclose(ours, factor * theirs)
        assert [float(noise.sigma) for noise in operator.noise.noises] == pytest.approx([0.1, 0.2])
    assert torch.allclose((Denoising() @ sensors.H).A(wanted), sensors.A_adjoint(wanted))
