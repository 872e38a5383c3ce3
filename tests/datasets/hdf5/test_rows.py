import numpy as np
import pytest
import torch

from preimage.datasets import Sample
from preimage.datasets.hdf5.rows import row_of, sample_of
from preimage.errors import ShapeError


def test_a_sample_comes_back_with_its_tuples_and_types() -> None:
    z = torch.randn(2, 3, dtype=torch.complex64)
    y = (torch.rand(2), tuple(torch.full((1,), float(n)) for n in range(11)), z.conj())
    row = row_of(Sample(torch.rand(1, 2, 2).double(), y, {"b": torch.tensor(2), "a": torch.tensor([True])}))
    assert list(row)[:3] == ["x", "y/0", "y/1/0"]
    assert list(row)[-2:] == ["params/a", "params/b"]
    again = sample_of(dict(sorted(row.items())))  # "y/1/10" before "y/1/2"
    assert again.x.dtype == torch.float64
    assert [float(leaf) for leaf in again.y[1]] == list(range(11))
    assert torch.equal(again.y[2], z.conj())
    assert again.params["a"].dtype == torch.bool
    assert again.params["b"].shape == ()


def test_what_is_missing_stays_missing() -> None:
    assert sample_of(row_of(Sample(y=torch.ones(2)))).x is None
    assert sample_of(row_of(Sample(torch.ones(2)))).y is None
    assert row_of(Sample(torch.ones(2, 3).T))["x"].flags.c_contiguous
    assert row_of(Sample(torch.ones(())))["x"].dtype == np.dtype("<f4")


def test_what_hdf5_does_not_have() -> None:
    for tensor in (torch.ones(0, 2), torch.ones(2, dtype=torch.bfloat16)):
        with pytest.raises(ShapeError, match="`x`"):
            row_of(Sample(tensor))
