import torch

from preimage.fidelity import likelihood
from preimage.fidelity.channelwise import ChannelwiseLikelihood
from preimage.physics import BlurFFT
from preimage.physics.blur import Channelwise, Limits, Window
from preimage.physics.noise import GaussianNoise
from preimage.restore.frame.clipping import clipping_note, limits_of
from preimage.restore.frame.unclipping import unclip_samples


def data_term(physics, y):
    f = likelihood(physics, y)
    assert isinstance(f, ChannelwiseLikelihood)
    return f


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
    f = data_term(physics, y)
    torch.testing.assert_close(f(x), residual.square().sum().reshape(1) / 0.02)
    torch.testing.assert_close(f.grad(x), physics.A_adjoint(residual) / 0.01)


def test_a_data_step_is_the_minimiser_of_the_one_sided_data_term(rng):
    physics, y = clipping(rng)
    x, step = torch.rand(1, 2, 8, 10, generator=rng) * 1.4 - 0.2, 0.3
    u = ChannelwiseLikelihood(physics, y, steps=300, tol=1e-7, passes=30).prox(x, step)
    slope = step * data_term(physics, y).grad(u) + u - x
    assert float(slope.abs().max()) < 2e-4
    plain = ChannelwiseLikelihood(physics.replace(limits=Limits()), y, steps=300, tol=1e-7).prox(x, step)
    assert float((plain - u).abs().max()) > 0.05


def test_samples_of_a_batch_do_not_meet(rng):
    physics, y = clipping(rng)
    x = torch.rand(1, 2, 8, 10, generator=rng)
    both = data_term(physics, torch.cat([y, y.flip(-1)])).prox(torch.cat([x, 1 - x]), 0.3)
    for index, (one, start) in enumerate(((y, x), (y.flip(-1), 1 - x))):
        torch.testing.assert_close(both[index : index + 1], data_term(physics, one).prox(start, 0.3))


def test_nothing_changes_where_nothing_is_clipped(rng):
    physics, y = clipping(rng)
    x, free = torch.rand(1, 2, 8, 10, generator=rng), physics.replace(limits=Limits())
    inside = 0.31 + 0.3 * y
    assert torch.equal(data_term(physics, inside).prox(x, 0.3), data_term(free, inside).prox(x, 0.3))
    assert unclip_samples(x, inside, free, 0.3) is x
