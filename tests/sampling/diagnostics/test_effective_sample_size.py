import pytest
import torch

from preimage.errors import ShapeError
from preimage.sampling.diagnostics import bulk_ess, mean_ess, tail_ess
from tests.sampling.diagnostics.chains import ORACLE, chains


@pytest.mark.parametrize(("of", "bulk", "tail", "mean", "_"), ORACLE)
def test_they_equal_those_of_an_independent_package(of, bulk, tail, mean, _) -> None:
    x = chains(*of)
    assert float(bulk_ess(x)) == pytest.approx(bulk, rel=1e-6)
    assert float(tail_ess(x)) == pytest.approx(tail, rel=1e-6)
    assert float(mean_ess(x)) == pytest.approx(mean, rel=1e-6)


def test_an_autoregressive_chain_is_worth_its_closed_form() -> None:
    """``N (1 - phi) / (1 + phi)``."""
    noise = torch.randn(1, 4, 20_000, 3, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    x = [noise[:, :, 0]]
    for i in range(1, noise.shape[2]):
        x.append(0.8 * x[-1] + 0.6 * noise[:, :, i])
    found = mean_ess(torch.stack(x, 2))
    torch.testing.assert_close(found, torch.full_like(found, 80_000 / 9), rtol=0.08, atol=0)


def test_pixels_and_images_are_on_their_own() -> None:
    x = torch.rand(2, 3, 40, 2, 5, generator=torch.Generator().manual_seed(0))
    x[1] = x[1].cumsum(1)
    for ess in (bulk_ess, tail_ess, mean_ess):
        found = ess(x)
        assert found.shape == (2, 2, 5)
        torch.testing.assert_close(ess(x[1:, :, :, 1, 3])[0], found[1, 1, 3])


def test_a_pixel_that_never_moved_tells_nothing() -> None:
    x = torch.cat([torch.ones(1, 2, 8, 1), torch.rand(1, 2, 8, 1)], -1)
    assert bulk_ess(x).isnan().tolist() == [[True, False]]


def test_too_few_draws_are_told() -> None:
    with pytest.raises(ShapeError, match="four draws or more"):
        bulk_ess(torch.zeros(1, 2, 3))
