import torch

from preimage.kernels.recorded import apply_linear
from preimage.machine.compiler import has_compiler

calls: list[str] = []


def loops(x: torch.Tensor) -> torch.Tensor:
    calls.append("loops")
    return 3 * x


def tensors(x: torch.Tensor) -> torch.Tensor:
    calls.append("tensors")
    return 3 * x


def apply(x: torch.Tensor) -> torch.Tensor:
    return apply_linear(x, loops, tensors, apply)


def test_loops_compute_and_gradients_of_gradients_are_those_of_the_map() -> None:
    x = torch.rand(3, dtype=torch.float64, requires_grad=True)
    calls.clear()
    torch.testing.assert_close(apply(x), 3 * x)
    assert calls == ["loops" if has_compiler() else "tensors"]
    assert torch.autograd.gradcheck(apply, x)
    assert torch.autograd.gradgradcheck(lambda x: apply(x) ** 2, x)


def test_without_loops_or_numbers_tensor_operations_compute(monkeypatch) -> None:
    calls.clear()
    assert apply(torch.zeros(0)).shape == (0,)
    monkeypatch.setenv("PREIMAGE_COMPILE", "0")
    apply(torch.rand(3))
    assert calls == ["tensors", "tensors"]
