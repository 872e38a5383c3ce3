import pytest
import torch
from torch import Tensor

from preimage.transform import transfer
from preimage.transform.transfer import KernelValues, filter_planes, multiplied, one_period, transfer_function
from tests.example import random


def test_the_transfer_function_is_the_spectrum_of_the_periodic_kernel() -> None:
    kernel = random(1, 1, 3, 11).double()  # longer than a period, so it wraps round
    periodic = torch.zeros(4, 6).double()
    for i in range(3):
        for j in range(11):
            periodic[(i - 1) % 4, (j - 5) % 6] += kernel[0, 0, i, j]
    torch.testing.assert_close(transfer_function(kernel, (4, 6), (1, 5))[0, 0], torch.fft.rfft2(periodic))
    torch.testing.assert_close(transfer_function(kernel, (4, 6), (1, 5), half=False)[0, 0], torch.fft.fft2(periodic))
    x = random(1, 1, 4, 6).double()
    torch.testing.assert_close(multiplied(x, torch.full((1, 1, 4, 4), 2.0 + 0j)), 2 * x)
    torch.testing.assert_close(one_period(torch.arange(5.0), -1, 3, 1), torch.tensor([5.0, 2.0, 3.0]))


def test_the_spectrum_of_a_kernel_is_kept_and_found_by_its_values() -> None:
    kernel = random(1, 1, 5, 5)
    first = transfer_function(kernel, (16, 18))
    assert transfer_function(kernel.clone(), (16, 18)) is first
    twin = kernel.numpy()  # which changes the kernel unseen by PyTorch
    twin *= 3
    torch.testing.assert_close(transfer_function(kernel, (16, 18)), 3 * first)
    # What else a spectrum depends on is looked at, too.
    kernel = kernel / 3
    assert not torch.allclose(transfer_function(kernel, (16, 18), (2, 2)), first)
    assert transfer_function(kernel, (18, 16)).shape == (1, 1, 18, 9)
    assert transfer_function(kernel, (16, 18), half=False).shape == (1, 1, 16, 18)
    assert transfer_function(kernel, (16, 18), columns=slice(2, 4)).shape == (1, 1, 16, 2)
    assert transfer_function(kernel.double(), (16, 18)).dtype == torch.complex128
    flat = kernel.reshape(1, 1, 1, 25)
    torch.testing.assert_close(
        transfer_function(flat, (16, 18)), torch.fft.rfft2(one_period(flat, -1, 18, 0), (16, 18))
    )


def test_kernels_that_begin_alike_are_told_from_one_another() -> None:
    first, second = (KernelValues(bytes(8192) + end, torch.float32, (1, 2049)) for end in (b"abcd", b"abce"))
    assert hash(first) == hash(second)
    assert first != second
    kernel = torch.zeros(1, 1, 64, 64)
    assert not transfer_function(kernel, (64, 64)).any()
    kernel[..., -1, -1] = 1
    torch.testing.assert_close(transfer_function(kernel, (64, 64)).abs(), torch.ones(1, 1, 64, 33))


def test_of_no_kernel_there_is_no_spectrum() -> None:
    assert transfer_function(torch.zeros(0, 1, 3, 3), (4, 6)).shape == (0, 1, 4, 4)


def test_large_spectra_are_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transfer, "_MOST", 4 * 6 - 1)
    kernel = random(1, 1, 3, 3)
    assert transfer_function(kernel, (4, 6)) is not transfer_function(kernel, (4, 6))


def test_the_gradient_of_a_kernel_is_that_of_each_call() -> None:
    kernel = random(1, 1, 3, 3).double()
    transfer_function(kernel, (4, 6))  # kept without a gradient
    learned = torch.nn.Parameter(kernel)
    for _ in range(2):  # a graph that was kept could be gone through but once
        learned.grad = None
        transfer_function(learned, (4, 6)).real.sum().backward()
        assert learned.grad is not None
        assert float(learned.grad[0, 0, 0, 0]) == pytest.approx(16.0)  # of the sum of real parts of the half spectrum
    assert torch.autograd.gradcheck(lambda k: torch.view_as_real(transfer_function(k, (4, 6))), learned)
    each = torch.func.vmap(lambda k: transfer_function(k, (4, 6)))(torch.stack([kernel, 2 * kernel]))
    torch.testing.assert_close(each[1], 2 * transfer_function(kernel, (4, 6)))


def test_a_spectrum_kept_in_inference_serves_training() -> None:
    kernel = random(1, 1, 3, 3, seed=7)
    with torch.inference_mode():
        transfer_function(kernel, (4, 6))
    x = random(1, 1, 4, 6).requires_grad_()
    multiplied(x, transfer_function(kernel, (4, 6))).sum().backward()
    torch.testing.assert_close(x.grad, torch.full_like(x, float(kernel.sum())))


@pytest.mark.parametrize("kernels", [(1, 1), (2, 1), (1, 3), (2, 3)])
def test_planes_are_filtered_one_by_one_where_they_are_large(
    kernels: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    x, spectrum = random(2, 3, 8, 6), transfer_function(random(*kernels, 3, 3), (8, 6))
    seen: list[int] = []

    def before(part: Tensor) -> Tensor:
        seen.append(part.shape[:2].numel())
        return part.flip(-1)

    whole = filter_planes(x, spectrum, before, lambda part: part[..., 1:])
    monkeypatch.setattr(transfer, "_LARGE", 1)
    torch.testing.assert_close(filter_planes(x, spectrum, before, lambda part: part[..., 1:]), whole)
    recorded = filter_planes(x.clone().requires_grad_(), spectrum, before, lambda part: part[..., 1:])
    assert recorded.requires_grad
    assert seen == [6, *[1] * 6, 6]
    torch.testing.assert_close(whole, multiplied(x.flip(-1), spectrum)[..., 1:])
