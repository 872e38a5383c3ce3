import pytest
import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode

from preimage.physics import Blur, BlurFFT, Decolorize, Demosaicing, Downsampling, Inpainting, LinearPhysics
from preimage.physics.operator.structure import Diagonal
from preimage.transform import Fourier, Pixels

X = torch.rand(2, 3, 8, 9, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
KERNEL = torch.rand(3, 4, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
KERNEL[1, 2] += 9  # well conditioned
BLUR = Blur(KERNEL, "circular", "fft")


def exact(found: Tensor, wanted: Tensor) -> None:
    torch.testing.assert_close(found, wanted, rtol=1e-12, atol=1e-13)


class Transforms(TorchFunctionMode):
    """Counts the real transforms of images, of which each pair has one of either kind."""

    def __init__(self) -> None:
        super().__init__()
        self.there = self.back = 0

    def __torch_function__(self, func, types, args=(), kwargs=None):
        result = func(*args, **(kwargs or {}))
        self.there += func is torch.fft.rfft and args[0].numel() == X.numel()
        self.back += func is torch.fft.irfftn and result.numel() == X.numel()
        return result


def test_an_operator_says_whether_it_is_diagonal() -> None:
    form = BLUR.diagonal(X)
    assert form is not None
    assert form.left == form.right == Fourier(2)
    exact(form.A(X), BLUR.A(X))
    exact(form.A_adjoint(X), BLUR.A_adjoint(X))
    assert Blur(KERNEL, "reflect").diagonal(X) is None
    assert Decolorize().diagonal(X) is None


COMBINED = [
    2 * BLUR,
    BLUR.H @ BLUR,
    BLUR @ BLUR,
    BLUR + 3 * BlurFFT(KERNEL.mT),
    (BLUR.H @ (-2 * BLUR)) @ BlurFFT(KERNEL),
]


@pytest.mark.parametrize("combined", COMBINED)
def test_combinations_of_periodic_blurs_are_diagonal(combined: LinearPhysics) -> None:
    form = combined.diagonal(X)
    assert form is not None
    exact(form.A(X), combined.A(X))
    exact(form.A_adjoint(X), combined.A_adjoint(X))
    exact(combined.A_adjoint(combined.A(form.solve_shifted(X, 0.3))) + 0.3 * form.solve_shifted(X, 0.3), X)
    exact(form.solve_regularized(X, 0.3), form.solve_shifted(combined.A_adjoint(X), 0.3))
    exact(combined.A(form.A_dagger(combined.A(X))), combined.A(X))


@pytest.mark.parametrize(
    "combined",
    [Inpainting(X[:1, :1] > 0.5) @ BLUR, BLUR + Inpainting(X[:1, :1] > 0.5), 2j * BLUR, Decolorize() @ BLUR],
)
def test_others_are_not(combined: LinearPhysics) -> None:
    assert combined.diagonal(X) is None


def test_no_spectrum_is_computed_where_bases_do_not_fit() -> None:
    def never() -> Tensor:
        raise AssertionError

    pixels, fourier = Diagonal(Pixels(), Pixels(), never), Diagonal(Fourier(), Fourier(), never)
    assert pixels.then(fourier) is None
    assert pixels.plus(fourier) is None


@pytest.mark.parametrize(
    "operator",
    [BLUR, Inpainting(X[:1, :1]), Downsampling(KERNEL, 4), Decolorize(), Demosaicing()],
    ids=lambda operator: type(operator).__name__,
)
def test_the_structure_of_the_outer_product(operator: LinearPhysics) -> None:
    x = X[..., :8]
    operator = Inpainting(x[:1, :1]) if isinstance(operator, Inpainting) else operator
    y = operator.A(x)
    form = operator.outer_diagonal(y)
    assert form is not None
    assert form.left == form.right
    exact(form.A(y), operator.A(operator.A_adjoint(y)))


class Spectrum(LinearPhysics):
    def __init__(self, values: Tensor) -> None:
        super().__init__()
        self.values = values

    def diagonal(self, like: Tensor) -> Diagonal:
        return Diagonal(Pixels(), Pixels(), lambda: self.values)


def test_closed_forms_of_a_complex_spectrum() -> None:
    s = torch.tensor([1 + 1j, 0, -2j], dtype=torch.complex128).reshape(1, 1, 1, 3)
    physics, x = Spectrum(s), torch.tensor([1 + 2j, 3, 4], dtype=torch.complex128).reshape(1, 1, 1, 3)
    torch.testing.assert_close(physics.A(x), s * x)
    torch.testing.assert_close(physics.A_adjoint(x), s.conj() * x)
    torch.testing.assert_close(physics.A_dagger(physics.A(x)).flatten(), torch.tensor([1 + 2j, 0, 4], dtype=s.dtype))
    torch.testing.assert_close(physics.solve_shifted(x, 0.5), x / (s.abs() ** 2 + 0.5))
    assert physics.norm(torch.empty(1, 1, 1, 3)).tolist() == [2]


def test_values_below_rounding_count_as_zero_in_each_sample() -> None:
    s = torch.tensor([[1.0, 1e-7], [1e-7, 1e-8]]).reshape(2, 1, 1, 2)
    got = Spectrum(s).A_dagger(torch.ones(2, 1, 1, 2)).flatten(1)
    torch.testing.assert_close(got, torch.tensor([[1.0, 0.0], [1e7, 1e8]]))


def test_a_plain_number_is_a_spectrum() -> None:
    x = torch.rand(2, 1, 3, 3)
    torch.testing.assert_close(Spectrum(torch.tensor(2.0)).A_dagger(x), x / 2)
    torch.testing.assert_close(Spectrum(torch.tensor(2.0)).solve_shifted(x, torch.tensor([1.0, 5.0]))[1], x[1] / 9)
    assert Spectrum(torch.tensor(2.0)).norm(torch.empty(2, 1, 3, 3)).tolist() == [2]


@pytest.mark.parametrize("combined", COMBINED)
@pytest.mark.parametrize(
    "use",
    [
        lambda physics: physics.A(X),
        lambda physics: physics.A_adjoint(X),
        lambda physics: physics.A_dagger(X),
        lambda physics: physics.solve_shifted(X, 0.3),
        lambda physics: physics.solve_regularized(X, 0.3),
    ],
    ids=["A", "A_adjoint", "A_dagger", "solve_shifted", "solve_regularized"],
)
def test_a_closed_form_costs_one_pair_of_transforms(combined: LinearPhysics, use) -> None:
    with Transforms() as counted:
        use(combined)
    assert counted.there == counted.back == 1


def test_a_norm_costs_no_transform_of_an_image() -> None:
    for combined in COMBINED:
        with Transforms() as counted:
            norm = combined.norm(X)
        assert counted.there == counted.back == 0
        exact(norm, combined.diagonal(X).s.abs().amax().reshape(1))
