import sys

import pytest
import torch

from preimage.errors import ArgumentError, MissingDependency
from preimage.training.recipes.groupsc.dictionary import learn_dictionary


def noise(channels=1):
    return [torch.randint(0, 256, (channels, 30, 30), generator=torch.Generator().manual_seed(0)).to(torch.uint8)]


def test_the_patterns_that_patches_are_made_of_are_its_atoms():
    """All patches of stripes are one pattern or its transpose, with either sign."""
    stripes = (128 + 100 * torch.tensor([1.0, -1.0]).repeat(15)).expand(30, 30).to(torch.uint8)[None].clone()
    learned = learn_dictionary([stripes], 4, 2, count=100, alpha=0.05)
    pattern = torch.tensor([1.0, -1.0]).repeat(2).expand(4, 4) / 4
    found = torch.stack([pattern.flatten(), pattern.T.flatten()]) @ (learned / learned.norm(dim=0))
    torch.testing.assert_close(found.abs().sort(1).values, torch.tensor([[0.0, 1.0]]).expand(2, 2), rtol=0, atol=1e-4)


def test_shape_and_seed():
    learned = learn_dictionary(noise(3), 3, 10, count=60)
    assert learned.shape == (27, 10)
    assert learned.dtype == torch.float32
    assert float(learned.norm(dim=0).max()) <= 1 + 1e-5
    assert torch.equal(learned, learn_dictionary(noise(3), 3, 10, count=60))
    assert not torch.equal(learned, learn_dictionary(noise(3), 3, 10, count=60, seed=1))


def test_too_few_patches():
    with pytest.raises(ArgumentError, match="at least the 10 atoms, got 9"):
        learn_dictionary(noise(), 3, 10, count=9)


def test_without_scikit_learn(monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn.decomposition", None)
    with pytest.raises(MissingDependency, match=r"pip install 'preimage\[train\]'"):
        learn_dictionary(noise(), 3, 4, count=20)
