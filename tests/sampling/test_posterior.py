import pytest
import torch

from preimage.errors import ShapeError
from preimage.sampling import Posterior

SAMPLES = torch.arange(8.0).reshape(1, 4, 1, 1, 2)  # pixels 0, 2, 4, 6 and 1, 3, 5, 7


def test_what_its_samples_tell() -> None:
    posterior = Posterior(SAMPLES)
    assert posterior.mean().flatten().tolist() == [3, 4]
    torch.testing.assert_close(posterior.variance().flatten(), torch.full((2,), 20 / 3))
    assert posterior.quantile(0.5).flatten().tolist() == [3, 4]
    assert posterior.quantile([0.0, 1.0]).shape == (1, 2, 1, 1, 2)


def test_chains_lie_one_after_the_other() -> None:
    assert Posterior(SAMPLES, 2).by_chain()[0, 1].flatten().tolist() == [4, 5, 6, 7]
    assert Posterior(SAMPLES).by_chain().shape == (1, 4, 1, 1, 1, 2)


def test_samples_that_are_no_chains_are_told() -> None:
    with pytest.raises(ShapeError, match="a multiple of `chains`"):
        Posterior(SAMPLES, 3)


def test_it_shows_itself_in_a_notebook() -> None:
    markup = Posterior(torch.rand(2, 5, 1, 4, 4))._repr_html_()
    assert markup.count("<img") == 5
    assert "standard deviation" in markup
    assert Posterior(torch.rand(1, 1, 1, 4, 4))._repr_html_().count("<img") == 2
