import itertools
from typing import Any

import numpy as np
import pytest
import scipy.ndimage
import scipy.signal
import torch
from torch import Tensor

from preimage.errors import ArgumentError, ShapeError
from preimage.physics import Blur
from preimage.physics.noise import GaussianNoise
from preimage.transform import fast_length
from preimage.transform.border import Padding
from preimage.transform.convolution import Method
from tests.contract import require_operator
from tests.example import Example, kernel

EXAMPLES = {
    Blur: [
        *[
            Example(lambda p=p: Blur(kernel(4, 3), p, noise=GaussianNoise(0.1)))
            for p in ("valid", "circular", "replicate", "reflect", "zero")
        ],
        *[
            Example(lambda p=p: Blur(kernel(2, 1, 3, 3), p, method="fft"))
            for p in ("valid", "circular", "replicate", "reflect", "zero")
        ],
        Example(lambda: Blur(kernel(3, 3, 4), "replicate", method="direct")),
        Example(lambda: Blur(kernel(2, 3, 3, 2), "reflect")),
        Example(lambda: Blur(kernel(1, 1, 3, 2, 3), "valid"), shape=(2, 1, 4, 5, 4)),
        Example(lambda: Blur(kernel(1, 1, 3, 2, 3), "replicate"), shape=(2, 1, 4, 3, 4)),
    ],
}

SCIPY_MODES = {"circular": "wrap", "replicate": "nearest", "reflect": "mirror", "zero": "constant"}
PADDINGS: tuple[Padding, ...] = ("valid", "circular", "replicate", "reflect", "zero")
METHODS: tuple[Method, ...] = ("fft", "direct")


def normal(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def scipy_blur(image: Tensor, kernel: Tensor, padding: str) -> Tensor:
    if padding == "valid":
        return torch.as_tensor(scipy.signal.convolve(image.numpy(), kernel.numpy(), mode="valid", method="direct"))
    return torch.as_tensor(scipy.ndimage.convolve(image.numpy(), kernel.numpy(), mode=SCIPY_MODES[padding]))


@pytest.mark.parametrize("padding", PADDINGS)
@pytest.mark.parametrize("method", METHODS)
def test_it_is_the_convolution_of_scipy(padding: Padding, method: Method) -> None:
    sizes, kernels = [(7, 8), (10, 9)], [(3, 3), (4, 5), (2, 4), (1, 6), (5, 1), (7, 8)]
    for size, taps in itertools.product(sizes, kernels):
        x, kernel = normal(2, 2, *size), normal(*taps, seed=1)
        truth = torch.stack([torch.stack([scipy_blur(c, kernel, padding) for c in image]) for image in x])
        torch.testing.assert_close(Blur(kernel, padding, method).A(x), truth)


@pytest.mark.parametrize("padding", PADDINGS)
@pytest.mark.parametrize("method", METHODS)
def test_volumes(padding: Padding, method: Method) -> None:
    x, kernel = normal(1, 2, 4, 5, 6), normal(1, 1, 2, 3, 4, seed=1)
    truth = torch.stack([scipy_blur(c, kernel[0, 0], padding) for c in x[0]])[None]
    blur = Blur(kernel, padding, method)
    torch.testing.assert_close(blur.A(x), truth)
    y = normal(*truth.shape, seed=2)
    torch.testing.assert_close((blur.A_adjoint(y) * x).sum(), (y * truth).sum())


def test_the_origin_is_floor_half_the_size() -> None:
    x = torch.zeros(1, 1, 5, 5)
    x[..., 2, 2] = 1
    for taps in ((3, 3), (4, 4), (2, 5)):
        kernel = torch.arange(1.0, 1 + taps[0] * taps[1]).reshape(taps)
        top, left = 2 - taps[0] // 2, 2 - taps[1] // 2
        y = Blur(kernel, "zero").A(x)
        torch.testing.assert_close(y[0, 0, top : top + taps[0], left : left + taps[1]], kernel)


@pytest.mark.parametrize("padding", PADDINGS)
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("shape", [(2, 3), (3, 3, 2), (2, 1, 3, 2), (2, 3, 2, 2), (1, 3, 4, 1)])
def test_kernels_per_channel_and_per_image(padding: Padding, method: Method, shape: tuple[int, ...]) -> None:
    x, kernel = normal(2, 3, 6, 5), normal(*shape, seed=1)
    every = kernel.reshape((1,) * (4 - kernel.ndim) + shape).expand(2, 3, *shape[-2:])
    truth = torch.stack([torch.stack([scipy_blur(x[b, c], every[b, c], padding) for c in range(3)]) for b in range(2)])
    torch.testing.assert_close(Blur(kernel, padding, method).A(x), truth)


def test_kernels_larger_than_a_periodic_image_wrap_around() -> None:
    x, kernel = normal(1, 1, 3, 4), normal(8, 7, seed=1)
    truth = torch.zeros(3, 4, dtype=torch.float64)
    for i, j in itertools.product(range(8), range(7)):
        truth += kernel[i, j] * torch.roll(x[0, 0], (i - 4, j - 3), (0, 1))
    for method in METHODS:
        torch.testing.assert_close(Blur(kernel, "circular", method).A(x)[0, 0], truth)


@pytest.mark.parametrize("padding", ["replicate", "zero"])
@pytest.mark.parametrize("method", METHODS)
def test_kernels_larger_than_the_image(padding: Padding, method: Method) -> None:
    x, kernel = normal(1, 1, 3, 4), normal(8, 11, seed=1)
    blur = Blur(kernel, padding, method)
    torch.testing.assert_close(blur.A(x)[0, 0], scipy_blur(x[0, 0], kernel, padding))
    y = normal(1, 1, 3, 4, seed=2)
    torch.testing.assert_close((blur.A(x) * y).sum(), (x * blur.A_adjoint(y)).sum())


@pytest.mark.parametrize(("method", "dtype"), [("fft", torch.float32), ("direct", torch.float64)])
@pytest.mark.parametrize("padding", PADDINGS)
def test_contract(padding: Padding, method: Method, dtype: torch.dtype) -> None:
    x = normal(2, 1, 5, 6).to(dtype)
    kernel = torch.tensor([[0.1, 0.7, 0.2, 0.1], [0.3, 1.9, -0.2, 0.1], [0.1, 0.2, 0.1, 0.3]], dtype=dtype)
    blur = Blur(kernel, padding, method, GaussianNoise(0.1))
    require_operator(blur, x)


@pytest.mark.parametrize("padding", PADDINGS)
@pytest.mark.parametrize("method", METHODS)
def test_gradients_in_the_kernel(padding: Padding, method: Method) -> None:
    x, y = normal(1, 2, 5, 5), normal(1, 2, *((3, 4) if padding == "valid" else (5, 5)), seed=2)

    def both(kernel: Tensor) -> tuple[Tensor, Tensor]:
        blur = Blur(kernel, padding, method)
        return blur.A(x), blur.A_adjoint(y)

    assert torch.autograd.gradcheck(both, normal(3, 2, seed=1).requires_grad_())


@pytest.mark.parametrize("padding", PADDINGS)
def test_auto_takes_the_values_of_either(padding: Padding) -> None:
    x = normal(1, 2, 24, 20)
    for size in (3, 9):
        kernel = normal(size, size, seed=1)
        auto, fft, direct = (Blur(kernel, padding, method).A(x) for method in ("auto", *METHODS))
        torch.testing.assert_close(fft, direct)
        assert torch.equal(auto, direct if size == 3 else fft)


def test_a_learnable_kernel_stays_one() -> None:
    kernel = torch.nn.Parameter(torch.ones(3, 3))
    blur = Blur(kernel, "reflect")
    blur.A(torch.ones(1, 1, 5, 5)).sum().backward()
    assert list(blur.parameters()) == [kernel]
    assert kernel.grad is not None


def test_fast_lengths() -> None:
    assert [fast_length(n) for n in (1, 2, 7, 25, 536, 541, 1025)] == [2, 2, 8, 30, 540, 576, 1080]
    assert [fast_length(n, 11) for n in (1, 13, 262, 271, 541)] == [2, 14, 264, 280, 550]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"kernel": torch.ones(3)}, "`kernel` must be real and have shape"),
        ({"kernel": torch.ones(3, 3, dtype=torch.complex64)}, "`kernel` must be real"),
        ({"kernel": torch.ones(0, 3)}, "`kernel` must be real and have shape"),
        ({"kernel": torch.ones(3, 3), "padding": "same"}, "`padding` must be one of"),
        ({"kernel": torch.ones(3, 3), "method": "quick"}, "`method` must be 'auto', 'fft' or 'direct'"),
    ],
)
def test_bad_arguments(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises((ShapeError, ArgumentError), match=message):
        Blur(**arguments)


@pytest.mark.parametrize(
    ("shape", "kernel", "padding", "message"),
    [
        ((1, 1, 4, 4), (5, 3), "valid", "at least as large as the kernel"),
        ((1, 1, 4, 4), (9, 3), "reflect", "must be larger than the margins"),
        ((4, 4), (3, 3), "zero", "`x` must have shape"),
        ((1, 1, 4, 4, 4), (3, 3), "zero", "`x` must have shape"),
        ((2, 2, 4, 4), (3, 1, 3, 3), "zero", "1 or B=2 in the batch"),
        ((2, 2, 4, 4), (3, 3, 3), "zero", "1 or C=2 channels"),
    ],
)
def test_misfits(shape: tuple[int, ...], kernel: tuple[int, ...], padding: Padding, message: str) -> None:
    with pytest.raises(ShapeError, match=message):
        Blur(torch.ones(kernel), padding).A(torch.zeros(shape))


def test_complex_images_are_refused() -> None:
    with pytest.raises(ShapeError, match="`x` must be real"):
        Blur(torch.ones(3, 3)).A(torch.zeros(1, 1, 4, 4, dtype=torch.complex64))


def test_a_photograph_sized_blur_agrees_with_scipy() -> None:
    x, kernel = normal(1, 1, 130, 97).float(), normal(25, 18, seed=1).abs().float()
    truth = scipy.signal.fftconvolve(np.pad(x[0, 0].double(), ((12, 12), (8, 9)), "reflect"), kernel.double(), "valid")
    y = Blur(kernel / kernel.sum(), "reflect").A(x)
    torch.testing.assert_close(y[0, 0], torch.as_tensor(truth / kernel.sum().double().numpy()).float())
