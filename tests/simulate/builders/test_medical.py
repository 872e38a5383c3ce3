import pytest
import torch

from preimage.errors import ArgumentError
from preimage.simulate import sample_picture
from preimage.simulate.builders.medical import (
    build_mri,
    build_non_cartesian_mri,
    build_pet,
    build_phase_retrieval,
    build_tomography,
)

X = sample_picture(16, 20, 1)[None]


@pytest.mark.parametrize("sampling", ["random", "equispaced", "gaussian"])
def test_so_many_columns_are_taken(sampling: str) -> None:
    made = build_mri(X, {"acceleration": 2.0, "sampling": sampling}, torch.Generator().manual_seed(0))
    y = made.physics.A(torch.complex(X, X.flip(-1)))
    assert abs(int((y[0, 0] != 0).any(0).sum()) - 10) <= 1


def test_lines_run_through_the_middle_of_the_spectrum() -> None:
    made = build_non_cartesian_mri(X, {"lines": 3}, torch.Generator())
    y = made.physics.A(X.to(torch.complex64)).reshape(3, 20)
    torch.testing.assert_close(y[:, 10], (X.sum() / X.numel() ** 0.5).expand(3).to(y), rtol=1e-3, atol=1e-3)
    with pytest.raises(ArgumentError, match="`lines` must be at least 1"):
        build_non_cartesian_mri(X, {"lines": 0}, torch.Generator())


def test_integrals_are_in_sides_of_the_picture() -> None:
    ones = torch.ones_like(X)
    y = build_tomography(X, {"views": 8, "beam": "parallel"}, torch.Generator()).physics.A(ones)
    assert y.shape[:3] == (1, 1, 8)
    assert float(y[0, 0, 0].max()) == pytest.approx(16 / 20, rel=1e-5)  # along the columns
    assert float(y[0, 0, 4].max()) == pytest.approx(1, rel=1e-5)
    assert y[..., 0, :].sum() / 20 == pytest.approx(16 / 20, rel=1e-5)  # all of it is seen
    fan = build_tomography(X, {"views": 8, "beam": "fan"}, torch.Generator()).physics.A(ones)
    assert float(fan.max()) == pytest.approx(0.8 * 2**0.5, rel=0.03)  # at 45 degrees
    with pytest.raises(ArgumentError, match="`views` must be at least 1"):
        build_tomography(X, {"views": 0, "beam": "fan"}, torch.Generator())


def test_a_ring_sees_the_whole_picture() -> None:
    physics = build_pet(X, {"views": 24}, torch.Generator()).physics
    y = physics.A(torch.ones_like(X))
    assert y.shape[2] == 24
    assert float(y.max()) == pytest.approx((1 + 0.8**2) ** 0.5, rel=0.08)  # the diagonal
    assert not y[..., [0, -1]].any()
    assert (physics.A_adjoint(torch.ones_like(y)) > 0).all()
    with pytest.raises(ArgumentError, match="`views` must be at least 2"):
        build_pet(X, {"views": 1}, torch.Generator())


def test_the_spectrum_is_sampled_twice_as_finely() -> None:
    made = build_phase_retrieval(X, {}, torch.Generator())
    y = made.physics.A(made.x.to(torch.complex64))
    assert y.shape == (1, 1, 32, 40)
    torch.testing.assert_close(y.sum(), X.square().sum())
