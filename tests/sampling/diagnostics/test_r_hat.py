import pytest
import torch

from preimage.sampling.diagnostics import r_hat
from tests.sampling.diagnostics.chains import ORACLE, chains


@pytest.mark.parametrize(("of", "expected"), [(row[0], row[4]) for row in ORACLE if row[4] is not None])
def test_it_equals_that_of_an_independent_package(of, expected) -> None:
    assert float(r_hat(chains(*of))) == pytest.approx(expected, rel=1e-6)


def test_a_mode_that_was_forgotten_a_drift_and_another_spread_are_seen() -> None:
    x = torch.randn(1, 4, 500, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    assert float(r_hat(x)) < 1.01
    mode, spread, drift = x.clone(), x.clone(), x + torch.linspace(0, 2, 500)
    mode[:, 0] += 5
    spread[:, 0] *= 3
    assert min(float(r_hat(wrong)) for wrong in (mode, spread, drift)) > 1.05


def test_a_pixel_that_never_moved_tells_nothing() -> None:
    assert bool(r_hat(torch.ones(1, 2, 8)).isnan().all())
