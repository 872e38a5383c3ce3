import pytest
import torch

from preimage.denoisers.rof import rof
from preimage.kernels.variation.rof import rof_parts, rof_steps
from preimage.kernels.variation.rof_loops import LoopSteps
from preimage.kernels.variation.rof_tensors import TensorSteps
from preimage.machine.compiler import has_compiler

COVERS = ["preimage.kernels.variation.rof_loops", "preimage.kernels.variation.rof_tensors"]

needs_compiler = pytest.mark.skipif(not has_compiler(), reason="numba is not installed")


@needs_compiler
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("isotropic", [True, False])
@pytest.mark.parametrize(
    "shape", [(1, 1, 9, 13), (1, 3, 12, 7), (1, 1, 1, 5), (1, 2, 5, 1), (1, 1, 4, 5, 6), (1, 2, 1, 6, 5)]
)
def test_the_loops_are_the_tensor_operations(shape, isotropic, dtype, rng):
    x = 5 * torch.rand(shape, generator=rng, dtype=torch.float64).to(dtype)
    loops, tensors = LoopSteps(x, isotropic, 1.8), TensorSteps(x, isotropic, 1.8)
    for t in (1.0, 0.7, 0.4):
        loops.step(t)
        tensors.step(t)
    (u, gap), (expected, expected_gap) = loops.step_and_gap(0.3), tensors.step_and_gap(0.3)
    rtol, atol = (1e-6, 1e-6) if dtype == torch.float32 else (1e-12, 1e-13)
    torch.testing.assert_close(u, expected, rtol=rtol, atol=atol)
    torch.testing.assert_close(gap, expected_gap, rtol=10 * rtol, atol=atol)
    again, wanted = loops.step_and_gap(0.2)[0], tensors.step_and_gap(0.2)[0]
    torch.testing.assert_close(again, wanted, rtol=rtol, atol=atol)


@needs_compiler
def test_a_view_of_another_layout_is_read_right(rng):
    x = torch.rand(6, 9, 1, 2, generator=rng).permute(2, 3, 1, 0)
    u, _ = LoopSteps(x, True, 1.8).step_and_gap(0.5)
    expected, _ = TensorSteps(x.contiguous(), True, 1.8).step_and_gap(0.5)
    torch.testing.assert_close(u, expected)


@needs_compiler
def test_nan_spreads_alike(rng):
    x = torch.rand(1, 1, 12, 12, generator=rng)
    x[..., 3, 4] = torch.nan
    loops, tensors = LoopSteps(x, True, 1.8), TensorSteps(x, True, 1.8)
    for _ in range(3):
        loops.step(0.5)
        tensors.step(0.5)
    (u, gap), (expected, expected_gap) = loops.step_and_gap(0.5), tensors.step_and_gap(0.5)
    assert torch.equal(u.isnan(), expected.isnan())
    assert gap.isnan().item()
    assert expected_gap.isnan().item()


@needs_compiler
@pytest.mark.parametrize("coupled", [False, True])
def test_the_solution_is_the_same_without_the_compiler(coupled, rng, monkeypatch):
    x = torch.rand(3, 2, 17, 14, generator=rng, dtype=torch.float64)
    fast = rof(x, torch.tensor([0.05, 0.1, 0.0]), coupled, tol=1e-8)
    monkeypatch.setenv("PREIMAGE_COMPILE", "0")
    slow = rof(x, torch.tensor([0.05, 0.1, 0.0]), coupled, tol=1e-8)
    assert torch.equal(fast.steps, slow.steps)
    torch.testing.assert_close(fast.x, slow.x, rtol=1e-10, atol=1e-12)


def test_what_is_worked_on_at_a_time(monkeypatch):
    monkeypatch.setenv("PREIMAGE_COMPILE", "0")
    parts = rof_parts(torch.zeros(10, 1, 256, 256))
    assert [len(part) for part in parts] == [2, 2, 2, 2, 2]
    assert isinstance(rof_steps(torch.zeros(1, 1, 4, 4), True, 1.8), TensorSteps)


@pytest.mark.parametrize("compiles", ["0", "1"])
def test_a_problem_takes_as_many_steps_beside_others(compiles, rng, monkeypatch):
    monkeypatch.setenv("PREIMAGE_COMPILE", compiles)
    x, weight = torch.rand(3, 1, 20, 20, generator=rng), torch.tensor([0.02, 0.6, 0.1])
    together = rof(x, weight, tol=1e-4)
    alone = [rof(x[i : i + 1], weight[i : i + 1], tol=1e-4) for i in range(3)]
    assert together.steps.tolist() == [int(one.steps) for one in alone]
    assert len(set(together.steps.tolist())) == 3
    torch.testing.assert_close(together.x, torch.cat([one.x for one in alone]), rtol=0, atol=1e-6)


@needs_compiler
def test_slices_longer_than_what_is_worked_on_at_a_time(rng):
    for shape in [(1, 2, 37, 90), (1, 1, 3, 40, 41), (1, 1, 2, 1500), (1, 1, 1500, 2)]:
        x = 5 * torch.rand(shape, generator=rng, dtype=torch.float64)
        loops, tensors = LoopSteps(x, True, 1.8), TensorSteps(x, True, 1.8)
        for t in (1.0, 0.7, 0.4):
            loops.step(t)
            tensors.step(t)
        for found, expected in zip(loops.step_and_gap(0.3), tensors.step_and_gap(0.3), strict=True):
            torch.testing.assert_close(found, expected, rtol=1e-11, atol=1e-12)


@needs_compiler
def test_lengths_whose_squares_overflow(rng):
    x = 1e25 * torch.rand(1, 1, 8, 9, generator=rng)
    loops, tensors = LoopSteps(x, True, 1.8), TensorSteps(x, True, 1.8)
    for t in (1.0, 0.7):
        loops.step(t)
        tensors.step(t)
    u, expected = loops.step_and_gap(0.5)[0], tensors.step_and_gap(0.5)[0]
    assert expected.isfinite().all()
    torch.testing.assert_close(u, expected, rtol=1e-5, atol=0)
