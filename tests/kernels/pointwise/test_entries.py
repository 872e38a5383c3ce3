import pytest
import torch

from preimage.kernels.pointwise.entries import put_entries, take_entries

PLACES = torch.tensor([4, 0, 3])


@pytest.mark.parametrize("dtype", [torch.float32, torch.complex128])
def test_entries_are_taken_and_put_back(dtype: torch.dtype, rng: torch.Generator) -> None:
    z = torch.randn(2, 3, 5, generator=rng, dtype=dtype)
    taken = take_entries(z, PLACES)
    assert torch.equal(taken, z[..., PLACES])
    put = put_entries(taken, PLACES, 5)
    assert torch.equal(put[..., PLACES], taken)
    assert put[..., [1, 2]].abs().sum() == 0


def test_gradients_are_adjoints(rng: torch.Generator) -> None:
    z = torch.randn(2, 5, generator=rng, dtype=torch.float64, requires_grad=True)
    y = torch.randn(2, 3, generator=rng, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(lambda a: take_entries(a, PLACES), (z,))
    assert torch.autograd.gradcheck(lambda a: put_entries(a, PLACES, 5), (y,))
