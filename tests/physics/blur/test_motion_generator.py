import pytest
import torch

from preimage.errors import ArgumentError
from preimage.physics.blur.motion_generator import correlate
from preimage.physics.generators import MotionBlurGenerator
from preimage.physics.kernels import path_kernel
from tests.example import Example

EXAMPLES = {
    MotionBlurGenerator: [Example(lambda: MotionBlurGenerator(9))],
}


def moments(kernel: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Mean and variance of the rows' positions relative to the origin."""
    rows = torch.arange(kernel.shape[-2], dtype=kernel.dtype) - kernel.shape[-2] // 2
    weights = kernel.sum((1, 3))
    mean = weights @ rows
    return mean, weights @ rows**2 - mean**2


def test_the_path_is_centred_on_the_origin(rng: torch.Generator) -> None:
    for size in (31, 32):
        kernel = MotionBlurGenerator(size)(8, rng, dtype=torch.float64)["kernel"]
        for plane in (kernel, kernel.mT):
            torch.testing.assert_close(moments(plane)[0], torch.zeros(8).double(), rtol=0, atol=1e-6)


def test_the_spread_within_an_exposure_is_that_of_the_process(rng: torch.Generator) -> None:
    spread, smoothness = 2.0, 0.3
    kernel = MotionBlurGenerator(41, spread, smoothness)(300, rng, dtype=torch.float64)["kernel"]
    time = torch.linspace(0, 1, 512, dtype=torch.float64)
    gap = 3**0.5 * (time[:, None] - time[None]).abs() / smoothness
    # Variance of the process less that of its mean; sharing a point between pixels adds a sixth on average.
    expected = spread**2 * (1 - ((1 + gap) * (-gap).exp()).mean().item()) + 1 / 6
    assert moments(kernel)[1].mean().item() == pytest.approx(expected, rel=0.1)


def test_kernels_are_those_of_the_paths_drawn_one_by_one() -> None:
    spread, smoothness, size = 9.0, 0.2, 16
    rng = torch.Generator().manual_seed(3)
    time = torch.linspace(0, 1, 512, dtype=torch.float64)
    gap = 3**0.5 * (time[:, None] - time[None]).abs() / smoothness
    root = torch.linalg.cholesky((1 + gap) * (-gap).exp() + 1e-9 * torch.eye(512, dtype=torch.float64))
    expected = []
    for _ in range(3):
        path = spread * root @ torch.randn(1024, generator=rng, dtype=torch.float64).reshape(512, 2)
        path -= path.mean(0)
        expected.append(path_kernel(path * min(1.0, 7 / path.abs().max().item()), size, torch.float64))
    found = MotionBlurGenerator(size, spread, smoothness)(3, torch.Generator().manual_seed(3), torch.float64)["kernel"]
    torch.testing.assert_close(found, torch.cat(expected), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("smoothness", [0.01, 0.5, 20.0])
def test_paths_in_blocks_have_the_covariance(smoothness: float) -> None:
    root = correlate(torch.eye(512, dtype=torch.float64), smoothness).mT
    time = torch.linspace(0, 1, 512, dtype=torch.float64)
    gap = 3**0.5 * (time[:, None] - time[None]).abs() / smoothness
    expected = (1 + gap) * (-gap).exp() + 1e-9 * torch.eye(512, dtype=torch.float64)
    assert root.triu(1).abs().max() == 0
    torch.testing.assert_close(root @ root.mT, expected, rtol=0, atol=1e-11)


def test_long_paths_are_shrunk_into_the_kernel(rng: torch.Generator) -> None:
    kernel = MotionBlurGenerator(9, spread=100.0)(4, rng)["kernel"]
    torch.testing.assert_close(kernel.sum((1, 2, 3)), torch.ones(4))
    assert kernel.min() >= 0


def test_arguments_out_of_range_are_named() -> None:
    with pytest.raises(ArgumentError, match="`size` must be at least 3"):
        MotionBlurGenerator(2)
    with pytest.raises(ArgumentError, match="`smoothness` must be positive"):
        MotionBlurGenerator(9, smoothness=0)
