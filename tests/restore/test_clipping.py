import math

import numpy as np
import pytest
import torch
from scipy.ndimage import convolve

from preimage.fidelity import likelihood
from preimage.fidelity.channelwise import ChannelwiseLikelihood
from preimage.physics import BlurFFT, Downsampling
from preimage.physics.blur import Channelwise, Limits, Window
from preimage.physics.noise import GaussianNoise
from preimage.restore import deblur, read_kernel, superresolve
from preimage.restore.clipping import clipping_note, limits_of
from preimage.restore.methods.dpir import unclipped
from preimage.restore.tasks.superresolve import SuperResolve


def test_limits_are_found_where_samples_pile_up(rng):
    x = 0.1 + 0.7 * torch.rand(1, 40, 50, generator=rng)
    assert limits_of(x) == Limits()
    assert limits_of(x.clamp_max(0.6)) == Limits(high=float(torch.tensor(0.6)))
    assert limits_of(x.clamp(0.3, 0.6)) == Limits(float(torch.tensor(0.3)), float(torch.tensor(0.6)))
    assert limits_of((1.8 * x - 0.4).clamp(0, 1)) == Limits(0, 1)
    assert limits_of(torch.full((1, 8, 8), 1.0)) == Limits()
    few = x.clone()
    few[0, 0, :3] = 1  # the brightest sample of a picture that was mapped to [0, 1]
    assert limits_of(few) == Limits()
    levels = torch.round(20 + 20 * torch.rand(1, 64, 64, generator=rng)) / 255  # a dark picture of few levels
    assert limits_of(levels) == Limits()


def test_clipped_samples_are_counted(rng):
    x = (torch.rand(3, 20, 20, generator=rng) * 1.5).clamp_max(1)
    assert str(int((x == 1).sum())) in clipping_note(x)[0]
    assert clipping_note(0.1 + x.clamp_max(0.3) * torch.rand(x.shape, generator=rng)) == ()


def clipping(rng):
    kernel = torch.rand(3, 4, generator=rng)
    physics = Channelwise([BlurFFT(kernel / kernel.sum())], Window(1, 2, 5, 6, 8, 10), GaussianNoise(0.1))
    y = torch.rand(1, 2, 5, 6, generator=rng).clamp(0.3, 0.7)
    return physics.replace(limits=Limits(float(y.min()), float(y.max()))), y


def test_a_clipped_sample_is_a_bound_in_the_data_term(rng):
    physics, y = clipping(rng)
    x = torch.rand(1, 2, 8, 10, generator=rng, dtype=torch.float64) * 1.4 - 0.2
    physics, y = physics.to(torch.float64), y.double()
    z = physics.A(x)
    residual = torch.where(y == y.max(), (z - y).clamp_max(0), z - y)
    residual = torch.where(y == y.min(), (z - y).clamp_min(0), residual)
    assert float(residual.count_nonzero()) < residual.numel()
    f = likelihood(physics, y)
    torch.testing.assert_close(f(x), residual.square().sum().reshape(1) / 0.02)
    torch.testing.assert_close(f.grad(x), physics.A_adjoint(residual) / 0.01)


def test_a_data_step_is_the_minimiser_of_the_one_sided_data_term(rng):
    physics, y = clipping(rng)
    x, step = torch.rand(1, 2, 8, 10, generator=rng) * 1.4 - 0.2, 0.3
    u = ChannelwiseLikelihood(physics, y, steps=300, tol=1e-7, passes=30).prox(x, step)
    slope = step * likelihood(physics, y).grad(u) + u - x
    assert float(slope.abs().max()) < 2e-4
    plain = ChannelwiseLikelihood(physics.replace(limits=Limits()), y, steps=300, tol=1e-7).prox(x, step)
    assert float((plain - u).abs().max()) > 0.05


def test_samples_of_a_batch_do_not_meet(rng):
    physics, y = clipping(rng)
    x = torch.rand(1, 2, 8, 10, generator=rng)
    both = likelihood(physics, torch.cat([y, y.flip(-1)])).prox(torch.cat([x, 1 - x]), 0.3)
    for index, (one, start) in enumerate(((y, x), (y.flip(-1), 1 - x))):
        torch.testing.assert_close(both[index : index + 1], likelihood(physics, one).prox(start, 0.3))


def test_nothing_changes_where_nothing_is_clipped(rng):
    physics, y = clipping(rng)
    x, free = torch.rand(1, 2, 8, 10, generator=rng), physics.replace(limits=Limits())
    inside = 0.31 + 0.3 * y
    assert torch.equal(likelihood(physics, inside).prox(x, 0.3), likelihood(free, inside).prox(x, 0.3))
    assert unclipped(x, inside, free, 0.3) is x


def lamps(size, brightness):
    rows, columns = np.mgrid[:size, :size]
    picture = 0.2 + 0.1 * np.sin(rows / 5) * np.cos(columns / 7) + 0.05 * ((rows // 12 + columns // 9) % 2)
    picture[20:24, 40:44] = brightness
    return picture


def db(x, truth):
    return -10 * math.log10(np.square(np.clip(x, 0, 1) - np.clip(truth, 0, 1)).mean())


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
def test_clipped_lamps_do_not_ring(dtype):
    kernel, truth = read_kernel("disk:4").numpy().astype(float), lamps(72, 8.0)
    blurred = convolve(truth, kernel) + np.random.default_rng(0).normal(0, 2 / 255, truth.shape)
    y = np.clip(blurred, 0, 1)
    y = np.rint(255 * y).astype(np.uint8) if dtype == np.uint8 else (0.8 * y).astype(np.float32)
    unit = 255 if dtype == np.uint8 else 0.8
    restored = deblur(y, kernel, sigma=2 / 255)
    # With clipped samples taken for measurements it loses 9 dB.
    assert db(restored.image / unit, truth) > db(y / unit, truth) + 4
    assert restored.image.max() <= y.max()
    assert any("clipped" in note for note in restored.record.notes)


def test_clipped_lamps_do_not_ring_when_enlarged():
    kernel, truth = read_kernel("gaussian:2"), lamps(96, 8.0)
    seen = Downsampling(SuperResolve(2, kernel).centred(), 2).A(torch.from_numpy(truth).float()[None, None])[0, 0]
    noisy = seen.numpy() + np.random.default_rng(0).normal(0, 2 / 255, seen.shape)
    y = np.rint(255 * np.clip(noisy, 0, 1)).astype(np.uint8)
    restored = superresolve(y, 2, kernel, sigma=2 / 255, steps=8)
    bicubic = torch.nn.functional.interpolate(torch.from_numpy(y / 255)[None, None], scale_factor=2, mode="bicubic")
    # With clipped samples taken for measurements it is 2 dB worse than interpolation.
    assert db(restored.image / 255, truth) > db(bicubic[0, 0].numpy(), truth) + 2
    assert any("clipped" in note for note in restored.record.notes)
