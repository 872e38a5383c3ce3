import torch

from preimage.transform import group_length, group_threshold, soft_threshold


def test_known_values() -> None:
    x = torch.tensor([-3.0, -1.0, 0.0, 0.5, 2.0])
    assert soft_threshold(x, torch.tensor(1.0)).tolist() == [-2, 0, 0, 0, 1]


def test_the_modulus_of_complex_numbers_shrinks_and_the_phase_stays() -> None:
    x = torch.tensor([3 + 4j, 0.3 + 0.4j, 0j])
    expected = torch.tensor([2.4 + 3.2j, 0, 0])
    torch.testing.assert_close(soft_threshold(x, torch.tensor(1.0)), expected)


def test_gradients_are_finite_at_zero_and_reach_the_threshold() -> None:
    for dtype in (torch.float64, torch.complex128):
        x = torch.tensor([0.0, 0.2, -2.0], dtype=dtype, requires_grad=True)
        threshold = torch.tensor(0.5, dtype=torch.float64, requires_grad=True)
        soft_threshold(x, threshold).abs().sum().backward()
        assert x.grad is not None
        torch.testing.assert_close(x.grad, torch.tensor([0.0, 0.0, -1.0], dtype=dtype))
        torch.testing.assert_close(threshold.grad, torch.tensor(-1.0, dtype=torch.float64))


def test_group_length_is_the_norm_and_its_derivative_is_zero_at_zero():
    x = torch.randn(2, 3, 4, generator=torch.Generator().manual_seed(0), dtype=torch.complex128)
    x[0, :, 0] = 0
    torch.testing.assert_close(group_length(x, (1,)), torch.linalg.vector_norm(x, dim=1, keepdim=True))
    torch.testing.assert_close(group_length(x, (1, 2)), torch.linalg.vector_norm(x, dim=(1, 2), keepdim=True))
    assert torch.equal(group_length(x, ()), x.abs())
    point = x.real.clone().requires_grad_()
    (found,) = torch.autograd.grad(group_length(point, (1,)).sum(), point)
    (expected,) = torch.autograd.grad(torch.linalg.vector_norm(point, dim=1).sum(), point)
    torch.testing.assert_close(found, expected)


def test_a_group_with_nan_has_no_length():
    x = torch.tensor([[0.0, torch.nan, 3.0], [0.0, 1.0, 4.0]])
    torch.testing.assert_close(group_length(x, (0,)), torch.tensor([[0.0, torch.nan, 5.0]]), equal_nan=True)
    assert group_threshold(x, torch.ones(1), (0,)).isnan().tolist() == [[False, True, False]] * 2
