import numpy as np
import pytest
import torch
from scipy.optimize import lsq_linear, minimize
from skimage.restoration import denoise_tv_chambolle
from torch import Tensor

from preimage.denoisers.rof import rof, total_variation
from preimage.transform import divergence, gradient


def noisy(*shape: int, seed: int = 0, dtype: torch.dtype = torch.float64) -> Tensor:
    g = torch.Generator().manual_seed(seed)
    x = torch.zeros(shape, dtype=dtype)
    x[..., shape[-2] // 4 : shape[-2] // 2 + 1, shape[-1] // 3 :] = 1
    return x + 0.2 * torch.randn(shape, generator=g, dtype=dtype)


def objective(u: Tensor, x: Tensor, weight: float, coupled: bool = False, isotropic: bool = True) -> Tensor:
    return 0.5 * (u - x).abs().square().flatten(1).sum(1) + weight * total_variation(u, coupled, isotropic)


def test_value_by_hand() -> None:
    x = torch.tensor([[0.0, 3.0], [4.0, 0.0]])[None, None]
    assert total_variation(x).tolist() == [5 + 3 + 4]
    both = x.repeat(1, 2, 1, 1)
    torch.testing.assert_close(total_variation(both, coupled=True), 2**0.5 * total_variation(x))
    torch.testing.assert_close(total_variation(torch.complex(x, x)), 2**0.5 * total_variation(x))


@pytest.mark.parametrize("coupled", [False, True])
def test_dual_problem_solved_by_scipy(coupled: bool) -> None:
    x, weight = noisy(1, 2, 5, 4), 0.3

    # |p| <= 1 by p = q sin|q| / |q|: a smooth, unconstrained problem for a quasi-Newton method.
    def dual(flat: np.ndarray) -> tuple[float, np.ndarray]:
        q = torch.from_numpy(flat).reshape(1, 2, 2, 5, 4).requires_grad_()
        length = q.square().sum((1, 2) if coupled else 2, keepdim=True).sqrt()
        p = q * torch.sinc(length / torch.pi)
        value = 0.5 * (x + weight * divergence(p)).square().sum()
        value.backward()
        assert q.grad is not None
        return value.item(), q.grad.flatten().numpy()

    start = 0.1 * np.random.default_rng(0).standard_normal(80)
    found = minimize(dual, start, jac=True, method="L-BFGS-B", options={"maxiter": 5000, "ftol": 1e-15, "gtol": 1e-9})
    best = 0.5 * x.square().sum().item() - found.fun
    u = rof(x, weight, coupled, tol=1e-9).x
    assert objective(u, x, weight, coupled).item() == pytest.approx(best, rel=1e-5)


@pytest.mark.parametrize("shape", [(5, 6), (1, 12)])
def test_anisotropic_dual_problem_is_bounded_least_squares(shape: tuple[int, int]) -> None:
    # min 1/2 ||x - weight D^T p||^2 over |p_i| <= 1, by the active-set method of scipy.
    x, weight = noisy(1, 1, *shape), 0.3
    basis = torch.eye(x.numel(), dtype=x.dtype).reshape(-1, 1, *shape)
    matrix = weight * gradient(basis).flatten(1).numpy()
    found = lsq_linear(matrix, x.flatten().numpy(), (-1, 1), method="bvls", tol=1e-14)
    expected = x - torch.from_numpy(matrix @ found.x).reshape(x.shape)
    u = rof(x, weight, tol=1e-11, isotropic=False).x
    torch.testing.assert_close(u, expected, atol=1e-4, rtol=0)
    if shape[0] == 1:
        torch.testing.assert_close(rof(x, weight, tol=1e-11).x, expected, atol=1e-4, rtol=0)


def test_anisotropic_value_by_hand() -> None:
    x = torch.tensor([[0.0, 3.0], [4.0, 0.0]])[None, None]
    assert total_variation(x, isotropic=False).tolist() == [7 + 3 + 4]
    both = x.repeat(1, 2, 1, 1)
    torch.testing.assert_close(total_variation(both, True, False), 2**0.5 * total_variation(x, isotropic=False))
    torch.testing.assert_close(total_variation(torch.complex(x, x), False, False), 2**0.5 * torch.tensor([14.0]))


@pytest.mark.parametrize("coupled", [False, True])
@pytest.mark.parametrize("shape", [(2, 3, 31, 17), (1, 2, 13, 1), (1, 1, 1, 1), (1, 2, 5, 6, 7)])
def test_the_anisotropic_gap_is_reached_and_true(shape: tuple[int, ...], coupled: bool) -> None:
    x = torch.rand(shape, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    solution = rof(x, 0.1, coupled, tol=1e-4, isotropic=False)
    assert bool(solution.converged.all())
    truth = rof(x, 0.1, coupled, tol=1e-9, max_steps=20000, isotropic=False).x
    least = objective(truth, x, 0.1, coupled, False)
    value = objective(solution.x, x, 0.1, coupled, False)
    assert bool((value <= least * (1 + 1.1e-4)).all())
    one = rof(x[:1], 0.1, coupled, tol=1e-4, isotropic=False)
    assert torch.equal(one.x, solution.x[:1])


def test_two_pixels_in_closed_form() -> None:
    x = torch.tensor([[[[0.0, 1.0]]], [[[0.0, 0.3]]]], dtype=torch.float64)
    u = rof(x, 0.2, tol=1e-12).x
    expected = torch.tensor([[[[0.2, 0.8]]], [[[0.15, 0.15]]]], dtype=torch.float64)
    torch.testing.assert_close(u, expected, atol=1e-5, rtol=0)


def test_agrees_with_skimage_run_for_long() -> None:
    x = noisy(1, 1, 24, 20)
    ours = rof(x, 0.2, tol=1e-7).x
    theirs = torch.from_numpy(denoise_tv_chambolle(x[0, 0].numpy(), weight=0.2, eps=0, max_num_iter=20000))
    assert (ours - theirs).abs().max() < 1e-3
    assert objective(ours, x, 0.2) <= objective(theirs[None, None], x, 0.2) * (1 + 1e-7)


@pytest.mark.parametrize("shape", [(2, 3, 31, 17), (1, 1, 1, 19), (1, 2, 13, 1), (1, 1, 1, 1), (1, 1, 5, 6, 7)])
@pytest.mark.parametrize("coupled", [False, True])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_the_gap_is_reached_and_bounds_the_error(shape: tuple[int, ...], coupled: bool, dtype: torch.dtype) -> None:
    x = torch.rand(shape, generator=torch.Generator().manual_seed(1), dtype=dtype)
    solution = rof(x, 0.1, coupled, tol=1e-4)
    assert bool(solution.converged.all())
    truth = rof(x.double(), 0.1, coupled, tol=1e-9, max_steps=20000).x
    least = objective(truth, x.double(), 0.1, coupled)
    value = objective(solution.x.double(), x.double(), 0.1, coupled)
    assert bool((value <= least * (1 + 1.1e-4)).all())
    error = 0.5 * (solution.x.double() - truth).square().flatten(1).sum(1)
    assert bool((error <= 1.1e-4 * value + 1e-12).all())


@pytest.mark.parametrize("coupled", [False, True])
@pytest.mark.parametrize("size", [(37, 29), (400, 333)])
def test_every_sample_is_on_its_own(coupled: bool, size: tuple[int, int]) -> None:
    x = noisy(3, 2, *size, dtype=torch.float32) * torch.tensor([1.0, 0.1, 0.0]).reshape(3, 1, 1, 1)
    weight = torch.tensor([0.1, 0.4, 0.1])
    whole = rof(x, weight, coupled, tol=1e-2)
    for index in range(3):
        one = rof(x[index : index + 1], weight[index].item(), coupled, tol=1e-2)
        assert torch.equal(one.x, whole.x[index : index + 1])
        assert one.steps == whole.steps[index]


def test_zero_and_constant_images_and_no_weight() -> None:
    x = torch.stack([torch.zeros(3, 9, 8), torch.full((3, 9, 8), 0.7), torch.rand(3, 9, 8)])
    assert torch.equal(rof(x, torch.tensor([0.1, 0.1, 0.0])).x[2], x[2])
    torch.testing.assert_close(rof(x, 0.1).x[:2], x[:2])
    # A weight above all there is to gain leaves the mean.
    torch.testing.assert_close(rof(x, 1e3, tol=1e-6).x, x.mean((2, 3), keepdim=True).expand_as(x), atol=1e-4, rtol=0)


def test_scaling_and_mirroring_commute() -> None:
    x = noisy(1, 1, 20, 30)
    u = rof(x, 0.2, tol=1e-8).x
    torch.testing.assert_close(rof(10 * x, 2.0, tol=1e-8).x, 10 * u, atol=1e-2, rtol=0)
    torch.testing.assert_close(rof(x + 5, 0.2, tol=1e-8).x, u + 5, atol=1e-3, rtol=0)
    torch.testing.assert_close(rof(x.mT, 0.2, tol=1e-8).x, u.mT, atol=1e-3, rtol=0)


@pytest.mark.parametrize("coupled", [False, True])
@pytest.mark.parametrize("is_complex", [False, True])
@pytest.mark.parametrize("isotropic", [False, True])
def test_gradients_against_finite_differences(coupled: bool, is_complex: bool, isotropic: bool) -> None:
    x = noisy(1, 2, 12, 10)
    x = torch.complex(x, x.flip(-1)) if is_complex else x
    weight = torch.tensor([0.15], dtype=torch.float64, requires_grad=True)
    rng = torch.Generator().manual_seed(3)
    target = torch.randn(x.shape, generator=rng, dtype=x.dtype)

    def loss(image: Tensor, level: Tensor) -> Tensor:
        return (
            (rof(image, level, coupled, tol=1e-11, max_steps=40000, isotropic=isotropic).x - target)
            .abs()
            .square()
            .sum()
        )

    point = x.clone().requires_grad_()
    by_x, by_weight = torch.autograd.grad(loss(point, weight), (point, weight))
    h = 1e-5
    with torch.no_grad():
        slope = (loss(x, weight + h) - loss(x, weight - h)) / (2 * h)
        assert by_weight.item() == pytest.approx(slope.item(), rel=0.05)
        for _ in range(3):
            d = torch.randn(x.shape, generator=rng, dtype=x.dtype)
            slope = (loss(x + h * d, weight) - loss(x - h * d, weight)) / (2 * h)
            # Not exact: |grad u| is smoothed.
            size = by_x.abs().square().sum().sqrt().item()
            assert abs((by_x.conj() * d).sum().real.item() - slope.item()) < 0.1 * size
