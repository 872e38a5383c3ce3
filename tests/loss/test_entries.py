import torch

from preimage.loss._entries import entry_count, gaussian_levels, noise_by_tensor, real_dimensions, squared_gaps
from preimage.physics import Denoising, GaussianNoise, stack

Y = torch.ones(2, 1, 1, 3)


def test_entries_that_were_measured_count_once() -> None:
    seen = torch.tensor([True, False, True])
    assert entry_count(Y, seen).tolist() == [2, 2]
    assert entry_count(Y.to(torch.complex64), None).tolist() == [3, 3]
    assert entry_count((Y, Y), (seen, None)).tolist() == [5, 5]
    assert entry_count(Y, torch.zeros(3, dtype=torch.bool)).tolist() == [1, 1]
    assert real_dimensions(Y) == 1
    assert real_dimensions(Y.to(torch.complex64)) == 2


def test_levels_come_from_the_noise_of_each_tensor_unless_given() -> None:
    physics = stack(Denoising(GaussianNoise(0.1)), Denoising(GaussianNoise(torch.tensor([0.2, 0.3]))))
    first, second = gaussian_levels(None, physics, (Y, Y))
    torch.testing.assert_close(first.flatten(), torch.tensor([0.1]))
    torch.testing.assert_close(second.flatten(), torch.tensor([0.2, 0.3]))
    torch.testing.assert_close(gaussian_levels(0.5, physics, (Y, Y))[1].flatten(), torch.tensor([0.5]))
    assert noise_by_tensor(physics.noise, (Y, Y), lambda noise: type(noise)) == (GaussianNoise, GaussianNoise)


def test_gaps_where_nothing_was_measured_have_no_gradient() -> None:
    h = torch.tensor([[1.0, 2.0, 3.0]], requires_grad=True)
    y = torch.tensor([[0.0, torch.nan, 1.0]])
    gaps = squared_gaps(h, y, torch.tensor([True, False, True]))
    assert gaps.tolist() == [[1, 0, 4]]
    gaps.sum().backward()
    assert h.grad is not None
    assert h.grad.tolist() == [[2, 0, 4]]
