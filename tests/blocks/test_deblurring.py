"""A photograph deblurred on disk is as one deblurred in memory, clipped or not, in grey and in colour."""

import pickle
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import torch

from preimage.blocks.array import BlockArray
from preimage.blocks.camera import BlockCamera
from preimage.blocks.canvas import BlockCanvas
from preimage.blocks.deblurring import BlockDeblurring
from preimage.blocks.executor import SerialExecutor
from preimage.blocks.part import WorkPart
from preimage.blocks.stage import Surroundings
from preimage.blocks.steps.camera import MissingStep
from preimage.blocks.steps.spectra import CanvasFilter, FilterKind
from preimage.blocks.views import EmbeddedSource, ExtendedSource, SeenSource
from preimage.blocks.workspace import opened_workspace
from preimage.denoisers import DnCNN, TVDenoiser
from preimage.errors import ArgumentError, CapabilityError
from preimage.optim import DPIR, Annealing
from preimage.physics import BlurFFT, GaussianNoise
from preimage.physics.blur import Limits
from preimage.physics.blur.window import Window, extend
from preimage.restore.frame.clipping import limits_of
from preimage.restore.frame.unclipping import PULLS
from preimage.restore.tasks.deblur import Deblur
from preimage.transform.convolution import convolve
from tests.blocks.conftest import Held, whole

COVERS = [
    "preimage.blocks.camera",
    "preimage.blocks.canvas",
    "preimage.blocks.steps.camera",
    "preimage.blocks.steps.spectra",
    "preimage.blocks.views",
]

KERNEL = torch.arange(1.0, 16).reshape(5, 3) / 120
ANNEALING = Annealing(2, weight=20.0, gain=1.0)
FEW = PULLS._replace(times=2, passes=2)


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pulls that take less time."""
    monkeypatch.setattr("preimage.restore.frame.unclipping.PULLS", FEW)


def photograph(channels: int, lamp: float, shape: tuple[int, int] = (41, 34)) -> torch.Tensor:
    """Blurred, noisy, and clipped where a lamp shines."""
    generator = torch.Generator().manual_seed(0)
    rows, columns = (torch.arange(float(size + 8)) for size in shape)
    waves = [0.5 + 0.3 * torch.sin(rows / (4 + c))[:, None] * torch.cos(columns / 5) for c in range(channels)]
    x = torch.stack(waves)[None, :, : shape[0] + 4, : shape[1] + 2]
    x[..., 12:17, 9:13] = lamp
    y = convolve(x, KERNEL, "valid") + 0.02 * torch.randn((1, channels, *shape), generator=generator)
    return y.clamp(0, 1) if lamp > 1 else y


def network(channels: int) -> DnCNN:
    torch.manual_seed(0)
    return DnCNN(channels, depth=3, width=4).eval().requires_grad_(False)


def method_for(y: torch.Tensor, sigma: float) -> tuple[BlockDeblurring, torch.Tensor]:
    """The method on disk, and the truth by that in memory."""
    task, denoiser = Deblur(KERNEL), network(y.shape[1])
    problem = task.problem(y, sigma)

    def start(y: object, physics: object) -> torch.Tensor:
        step = ANNEALING.first**2 / ANNEALING.weight
        return problem.unclip(problem.start(y, physics), sigma, step)

    physics = problem.physics.replace(noise=GaussianNoise(sigma))
    truth = problem.finish(DPIR(denoiser, ANNEALING, init=start).solve(y, physics).x)
    window = task.window(*y.shape[-2:])
    assert window is not None
    return BlockDeblurring(denoiser, sigma, KERNEL, window, limits_of(y), ANNEALING, FEW), truth


@dataclass(frozen=True)
class Sent(SerialExecutor):
    """Computes each block as another process would, from the bytes of the pass."""

    def compute(self, stage, indices, done) -> None:
        super().compute(pickle.loads(pickle.dumps(stage)), indices, done)


@pytest.mark.parametrize(
    ("channels", "lamp", "sizes"), [(1, 0.9, (19, 11, 24, 16)), (3, 0.9, (50, 21, 21, 40)), (1, 30.0, (30, 11, 24, 16))]
)
def test_what_is_restored_on_disk_is_as_in_memory(
    channels: int, lamp: float, sizes: tuple[int, int, int, int], tmp_path: Path
) -> None:
    y = photograph(channels, lamp)
    method, truth = method_for(y, 0.02)
    assert method.limits.any == (lamp > 1)
    assert float((truth - y).abs().max()) > 0.05
    with opened_workspace(tmp_path / "w", {}, Sent()) as work:
        found = method.solve(work, [Held(each.numpy()) for each in y[0]], sizes)
        images = np.stack([each.read((slice(0, 41), slice(0, 34))) for each in found])
    restored = method.limits.of(torch.from_numpy(images)).numpy()
    np.testing.assert_allclose(restored, truth[0].numpy(), rtol=0, atol=1e-5)
    left = [path for path in (tmp_path / "w").iterdir() if path.is_dir()]
    assert len(left) == channels  # what no later step reads is gone


def test_the_start_is_changed_by_the_light_of_a_lamp_alone(tmp_path: Path) -> None:
    y = photograph(1, 30.0)
    method, _ = method_for(y, 0.02)
    canvas, step = BlockCanvas(method.shape, 30, 30), ANNEALING.first**2 / ANNEALING.weight
    sources = [Held(y[0, 0].numpy())]
    x = [ExtendedSource(sources[0], method.window)]
    with opened_workspace(tmp_path / "w", {}) as work:
        camera = BlockCamera(KERNEL, method.window, method.limits, canvas)
        (found,) = camera.unclipped(work, x, sources, 0.02, step, FEW)
        faint = FEW._replace(times=1, passes=1, visible=1e9)
        (kept,) = camera.unclipped(WorkPart(work, "faint"), x, sources, 0.02, step, faint)
    problem = Deblur(KERNEL).problem(y, 0.02)
    truth = problem.unclip(problem.start(y, problem.physics), 0.02, step)[0, 0].numpy()
    assert kept is x[0]
    assert isinstance(found, BlockArray)
    assert np.abs(truth - x[0].read(tuple(slice(0, n) for n in method.shape))).max() > 0.5
    np.testing.assert_allclose(whole(found), truth, rtol=0, atol=1e-5 * np.abs(truth).max())


@pytest.mark.parametrize("kind", ["blur", "back", "smooth"])
def test_filters_on_disk_are_those_of_the_whole(kind: FilterKind, tmp_path: Path) -> None:
    shape, rho = (37, 30), 0.3
    x = np.random.default_rng(0).standard_normal(shape).astype(np.float32)
    physics, image = BlurFFT(KERNEL), torch.from_numpy(x)[None, None]
    truth = physics.A(image) if kind == "blur" else physics.solve_regularized(image, rho)
    truth = physics.A(truth) if kind == "smooth" else truth
    canvas = BlockCanvas(shape, 9, 7)
    with opened_workspace(tmp_path / "w", {}) as work:
        half, _ = canvas.filtered(work, [Held(x)], CanvasFilter(KERNEL, shape, kind, rho), "a")
        found = torch.fft.irfft(torch.from_numpy(whole(half)), n=shape[1]).numpy()
    np.testing.assert_allclose(found, truth[0, 0].numpy(), rtol=0, atol=1e-5)


def test_a_picture_is_seen_on_its_canvas() -> None:
    window = Window(2, 3, 20, 11, 30, 16)
    rng = np.random.default_rng(0)
    y, canvas = rng.random((20, 11), np.float32), rng.random((30, 16), np.float32)
    image = torch.from_numpy(y)[None, None]
    extended, embedded = ExtendedSource(Held(y), window), EmbeddedSource(Held(y), window)
    seen = SeenSource(Held(canvas), window)  # pyright: ignore[reportArgumentType]
    wholes = (extend(image, window)[0, 0].numpy(), window.embed(image)[0, 0].numpy(), canvas[2:22, 3:14])
    for source, whole_of in zip((extended, embedded, seen), wholes, strict=True):
        assert source.shape == whole_of.shape
        for _ in range(20):
            starts = [int(rng.integers(size)) for size in whole_of.shape]
            stops = (at + 1 + int(rng.integers(size - at)) for at, size in zip(starts, whole_of.shape, strict=True))
            box = tuple(map(slice, starts, stops))
            np.testing.assert_array_equal(source.read(box), whole_of[box])


def test_more_room_makes_larger_parts_and_too_little_is_refused() -> None:
    method, _ = method_for(photograph(1, 0.9), 0.02)
    large, small = method.sizes(1e9), method.sizes(2e5)
    assert large[0] == method.shape[0]
    assert all(one <= other for one, other in zip(small, large, strict=True))
    assert small != large
    assert method.expected(small) > method.expected(large) > method.expected(large, 1) > 0
    with pytest.raises(ArgumentError, match="`memory` must leave"):
        method.sizes(1e3)


def test_a_denoiser_that_sees_everything_is_refused() -> None:
    method, _ = method_for(photograph(1, 0.9), 0.02)
    with pytest.raises(CapabilityError, match="finite receptive field"):
        BlockDeblurring(TVDenoiser(), 0.02, KERNEL, method.window, method.limits, ANNEALING, FEW)


@pytest.mark.parametrize(("light", "agrees"), [(0.0, False), (2.0, True)])
def test_clipped_samples_agree_with_what_is_beyond_their_limit(light: float, agrees: bool) -> None:
    window, y = Window(1, 2, 3, 4, 6, 8), np.ones((6, 8), np.float32)
    half = np.fft.rfft(np.full((6, 8), light)).astype(np.complex64)
    seen = [Surroundings(values, ((0, 0),) * 2, (0, 0)) for values in (half, y)]
    step = MissingStep(window, Limits(high=1.0))
    missing, full, free = step((slice(0, 6), slice(0, 8)), seen).arrays
    inside = np.zeros((6, 8), bool)
    inside[1:4, 2:6] = True
    assert np.array_equal(free, inside & agrees)
    np.testing.assert_allclose(missing, (1 - light) * inside, atol=1e-6)
    np.testing.assert_allclose(full, 0 if agrees else inside, atol=1e-6)
