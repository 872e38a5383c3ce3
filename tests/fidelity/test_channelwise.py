import torch

from preimage.fidelity import likelihood
from preimage.fidelity.channelwise import ChannelwiseLikelihood
from preimage.physics import BlurFFT, Inpainting
from preimage.physics.blur import Channelwise, Limits
from preimage.physics.blur.window import Window, extend
from preimage.physics.noise import GaussianNoise

COVERS = ["preimage.physics.blur.channelwise"]


def windowed(rng):
    kernel = torch.rand(3, 4, generator=rng)
    return Channelwise([BlurFFT(kernel / kernel.sum())], Window(1, 2, 5, 6, 8, 10), GaussianNoise(0.1))


def dense(physics, shape):
    basis = torch.eye(shape[1] * shape[2] * shape[3]).reshape(-1, *shape[1:])
    return physics.A(basis).flatten(1).T


def test_the_adjoint_is_that_of_the_dense_matrix(rng):
    physics = windowed(rng)
    matrix = dense(physics, (1, 2, 8, 10))
    y = torch.rand(1, 2, 5, 6, generator=rng)
    assert torch.allclose(physics.A_adjoint(y).flatten(), matrix.T @ y.flatten(), atol=1e-6)


def test_a_data_step_is_the_dense_minimiser(rng):
    physics, (y, x) = windowed(rng), (torch.rand(1, 2, *size, generator=rng) for size in ((5, 6), (8, 10)))
    matrix, step = dense(physics, (1, 2, 8, 10)), 0.3
    rho = 0.1**2 / step
    exact = torch.linalg.solve(
        matrix.T @ matrix + rho * torch.eye(160), matrix.T @ y.flatten() + rho * x.flatten()
    ).reshape(x.shape)
    fine = ChannelwiseLikelihood(physics, y, steps=200, tol=1e-6).prox(x, step)
    assert torch.allclose(fine, exact, atol=1e-4)
    assert float((likelihood(physics, y).prox(x, step) - exact).norm() / (x - exact).norm()) < 0.02


def test_a_window_and_its_frame_hold_everything_once(rng):
    window = Window(1, 2, 5, 6, 8, 10)
    x = torch.rand(2, 1, 8, 10, generator=rng)
    assert torch.equal(window.embed(window.of(x)) + window.of_frame(window.frame(x)), x)
    assert window.times(2) == Window(2, 4, 10, 12, 16, 20)


def test_a_data_step_is_exact_where_everything_is_recorded(rng):
    masks = [torch.rand(6, 7, generator=rng) > 0.4 for _ in range(3)]
    physics = Channelwise([Inpainting(mask) for mask in masks], noise=GaussianNoise(0.2))
    y, x = torch.rand(2, 3, 6, 7, generator=rng), torch.rand(2, 3, 6, 7, generator=rng)
    step = torch.tensor([0.1, 0.5])
    rho, mask = (0.04 / step).reshape(-1, 1, 1, 1), torch.stack(masks).float()
    expected = (mask * y + rho * x) / (mask + rho)
    assert torch.allclose(likelihood(physics, y).prox(x, step), expected, atol=1e-6)
    seen = physics.A(x)
    assert torch.allclose(physics.A_dagger(seen), seen)


def test_the_continuation_keeps_the_picture_and_has_no_seam(rng):
    smooth = torch.linspace(0, 1, 30)[:, None] + torch.linspace(0, 0.5, 20)
    window = Window(4, 5, 30, 20, 60, 50)
    out = extend(smooth[None, None], window)
    assert torch.equal(window.of(out)[0, 0], smooth)
    for axis in (-2, -1):
        jumps = (out - out.roll(1, axis)).abs()
        assert float(jumps.max()) < 0.12
    assert torch.equal(extend(smooth[None], Window(0, 0, 30, 20, 30, 20))[0], smooth)


def test_the_value_is_that_of_all_channels_together(rng):
    physics = windowed(rng)
    y, x = torch.rand(2, 3, 5, 6, generator=rng), torch.rand(2, 3, 8, 10, generator=rng)
    expected = (physics.A(x) - y).square().sum((1, 2, 3)) / (2 * 0.1**2)
    torch.testing.assert_close(likelihood(physics, y)(x), expected)


def test_a_data_step_has_gradients(rng):
    masks = [torch.rand(3, 4, generator=rng) > 0.4 for _ in range(2)]
    whole = Channelwise([Inpainting(mask) for mask in masks], noise=GaussianNoise(0.2)).to(torch.float64)
    part = windowed(rng).to(torch.float64)
    clipped = part.replace(limits=Limits(high=0.8))
    for physics, seen, size in ((whole, (3, 4), (3, 4)), (part, (5, 6), (8, 10)), (clipped, (5, 6), (8, 10))):
        y, x = (torch.rand(1, 2, *shape, generator=rng, dtype=torch.float64) for shape in (seen, size))
        y = y.clamp(max=0.8)
        point = x.clone().requires_grad_()
        data = ChannelwiseLikelihood(physics, y, steps=200, tol=1e-10)
        direction = torch.rand(x.shape, generator=rng, dtype=torch.float64)
        (gradient,) = torch.autograd.grad((data.prox(point, 0.3) * direction).sum(), point)
        change = 1e-4 * torch.rand(x.shape, generator=rng, dtype=torch.float64)
        difference = ((data.prox(x + change, 0.3) - data.prox(x - change, 0.3)) * direction).sum() / 2
        torch.testing.assert_close((gradient * change).sum(), difference, rtol=1e-5, atol=1e-12)
