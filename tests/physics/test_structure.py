import pytest
import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode

from preimage.physics import Blur, BlurFFT, Decolorize, Demosaicing, Downsampling, Inpainting, LinearPhysics
from preimage.physics.bases import Fourier, Pixels
from preimage.physics.structure import Diagonal

TRANSFORMS = {
    torch.fft.rfft,
    torch.fft.irfft,
    torch.fft.fft,
    torch.fft.ifft,
    torch.fft.rfftn,
    torch.fft.irfftn,
    torch.fft.fftn,
    torch.fft.ifftn,
}
X = torch.rand(2, 3, 8, 9, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
KERNEL = torch.rand(3, 4, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
KERNEL[1, 2] += 9  # well conditioned
BLUR = Blur(KERNEL, "circular", "fft")


def exact(found: Tensor, wanted: Tensor) -> None:
    torch.testing.assert_close(found, wanted, rtol=1e-12, atol=1e-13)


class Transforms(TorchFunctionMode):
    """Counts the Fourier transforms of arrays as large as the image."""

    def __init__(self) -> None:
        super().__init__()
        self.sizes: list[int] = []

    def __torch_function__(self, func, types, args=(), kwargs=None):
        result = func(*args, **(kwargs or {}))
        if func in TRANSFORMS:
            self.sizes.append(max(args[0].numel(), result.numel()))
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
