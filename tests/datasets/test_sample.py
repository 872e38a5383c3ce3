import pickle

import pytest
import torch

from preimage.datasets import Batch, Sample, collate
from preimage.errors import ArgumentError, ShapeError


def one(value: float) -> Sample:
    y = (torch.full((2,), value), (torch.full((1, 3), value, dtype=torch.complex64),))
    return Sample(torch.full((1, 2, 3), value), y, {"sigma": torch.tensor(value), "kernel": torch.ones(1, 5, 5)})


def test_samples_are_stacked_leaf_by_leaf_and_taken_apart_again() -> None:
    batch = collate([one(1.0), one(2.0), one(3.0)])
    assert len(batch) == 3
    assert batch.x is not None
    assert batch.x[:, 0, 1, 2].tolist() == [1, 2, 3]
    assert batch.y[0].shape == (3, 2)
    assert batch.y[1][0].shape == (3, 1, 3)
    assert batch.params["sigma"].tolist() == [1, 2, 3]
    assert batch.params["kernel"].shape == (3, 1, 5, 5)
    again = collate(batch.samples())
    assert torch.equal(again.x, batch.x)
    assert torch.equal(again.y[1][0], batch.y[1][0])
    assert torch.equal(again.params["sigma"], batch.params["sigma"])


def test_what_no_sample_has_no_batch_has() -> None:
    assert collate([Sample(y=torch.ones(2))] * 2).x is None
    assert collate([Sample(torch.ones(1, 2, 2))] * 2).y is None
    assert len(collate([Sample(y=(torch.ones(2),))] * 2)) == 2
    assert len(Batch()) == 0


def test_batches_move_and_pickle() -> None:
    batch = pickle.loads(pickle.dumps(collate([one(1.0), one(2.0)]))).to("meta")
    assert [batch.x.device.type, batch.y[1][0].device.type, batch.params["sigma"].device.type] == ["meta"] * 3


@pytest.mark.parametrize(
    ("samples", "error", "text"),
    [
        ([], ArgumentError, "one or more"),
        ([one(1.0), Sample(y=one(1.0).y, params=one(1.0).params)], ArgumentError, "1 of 2 without"),
        ([Sample(torch.ones(1, 2, 2)), Sample(torch.ones(1, 2, 3))], ShapeError, r"`x` of \(1, 2, 2\) .*PatchDataset"),
        ([Sample(torch.ones(2)), Sample(torch.ones(2).double())], ShapeError, "float64"),
        ([Sample(y=torch.ones(2)), Sample(y=(torch.ones(2),))], ShapeError, "one structure"),
        ([Sample(params={"a": torch.ones(1)}), Sample()], ArgumentError, "got a and none"),
    ],
)
def test_what_does_not_go_together(samples: list[Sample], error: type[Exception], text: str) -> None:
    with pytest.raises(error, match=text):
        collate(samples)
