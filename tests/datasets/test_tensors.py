import pytest
import torch
from torch.utils.data import DataLoader

from preimage.datasets import TensorDataset, collate
from preimage.errors import ArgumentError, ShapeError


def test_samples_are_rows() -> None:
    x, y = torch.arange(12.0).reshape(3, 1, 2, 2), (torch.arange(3.0)[:, None], torch.arange(6.0).reshape(3, 2))
    dataset = TensorDataset(x, y, {"sigma": torch.arange(3.0), "kernel": torch.ones(1, 1, 3, 3)})
    assert len(dataset) == 3
    sample = dataset[1]
    assert sample.x is not None
    assert torch.equal(sample.x, x[1])
    assert torch.equal(sample.y[1], y[1][1])
    assert float(sample.params["sigma"]) == 1
    batch = collate(list(dataset))
    assert torch.equal(batch.x, x)
    assert batch.params["kernel"].shape == (3, 1, 3, 3)


def test_measurements_alone_are_samples() -> None:
    dataset = TensorDataset(y=(torch.ones(4, 2),))
    assert len(dataset) == 4
    assert dataset[0].x is None


def test_workers_of_a_data_loader_get_the_same(rng: torch.Generator) -> None:
    dataset = TensorDataset(torch.rand(5, 1, 2, 2, generator=rng))
    loader = DataLoader(dataset, batch_size=2, num_workers=1, collate_fn=collate, multiprocessing_context="fork")
    assert torch.equal(torch.cat([batch.x for batch in loader]), dataset.x)


def test_what_does_not_fit() -> None:
    with pytest.raises(ArgumentError, match="neither"):
        TensorDataset()
    with pytest.raises(ShapeError, match=r"`y` must have 3 samples .* \(2, 1\)"):
        TensorDataset(torch.ones(3, 1, 2, 2), torch.ones(2, 1))
    with pytest.raises(ShapeError, match="`sigma`"):
        TensorDataset(torch.ones(3, 1, 2, 2), params={"sigma": torch.ones(2)})
