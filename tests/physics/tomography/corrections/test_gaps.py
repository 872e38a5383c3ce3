import pytest
import torch

from preimage.errors import ArgumentError, ShapeError
from preimage.optim import PGD, Nesterov, Tikhonov, Variational
from preimage.physics import FanBeam, GaussianNoise, Inpainting, ParallelBeam, Tomography, corrections
from preimage.physics.tomography.corrections.gaps import refuse_gaps

NAN = float("nan")


def test_gaps_are_filled_on_straight_lines() -> None:
    y = torch.tensor([NAN, 1.0, NAN, float("inf"), 4.0, NAN]).expand(2, 1, 3, 6)
    expected = torch.tensor([1.0, 1.0, 2.0, 3.0, 4.0, 4.0]).expand(2, 1, 3, 6)
    torch.testing.assert_close(corrections.fill_gaps(y), expected)
    torch.testing.assert_close(corrections.fill_gaps(y[0, 0]), expected[0, 0])


def test_what_is_good_stays_and_dead_bins_need_not_be_nan(rng) -> None:
    y = torch.rand(3, 2, 4, 7, generator=rng)
    assert corrections.fill_gaps(y) is y
    dead = torch.arange(7) == 2
    filled = corrections.fill_gaps(y, dead)
    torch.testing.assert_close(filled[..., 2], (y[..., 1] + y[..., 3]) / 2)
    assert torch.equal(filled[..., ~dead], y[..., ~dead])


def test_rows_without_a_good_bin_are_taken_from_those_beside_them(rng) -> None:
    y = torch.rand(2, 1, 3, 5, 4, generator=rng)
    dead = torch.zeros(5, 4, dtype=torch.bool)
    dead[1], dead[4] = True, True
    filled = corrections.fill_gaps(y, dead)
    torch.testing.assert_close(filled[:, :, :, 1], (y[:, :, :, 0] + y[:, :, :, 2]) / 2)
    torch.testing.assert_close(filled[:, :, :, 4], y[:, :, :, 3])


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.complex64])
def test_samples_are_independent_and_dtypes_kept(dtype, rng) -> None:
    y = torch.rand(3, 1, 4, 6, generator=rng).to(dtype)
    y[1, 0, 2, 3] = NAN
    filled = corrections.fill_gaps(y)
    assert filled.dtype == dtype
    torch.testing.assert_close(filled[1:2], corrections.fill_gaps(y[1:2]))
    assert torch.equal(filled[::2], y[::2])
    assert corrections.fill_gaps(y[:0]).shape == (0, 1, 4, 6)


def test_gradients_flow_to_the_neighbours() -> None:
    y = torch.tensor([[1.0, NAN, NAN, 4.0]], requires_grad=True)
    corrections.fill_gaps(y)[0, 1].backward()
    torch.testing.assert_close(y.grad, torch.tensor([[2 / 3, 0, 0, 1 / 3]]))


def test_the_error_tells_how_many_and_where() -> None:
    y = torch.zeros(2, 1, 4, 6)
    y[1, 0, 2, 3] = y[1, 0, 3, 5] = NAN
    refuse_gaps(torch.zeros(2, 1, 4, 6), "anything")
    with pytest.raises(ArgumentError, match=r"for a test, got 2 of 48 .* first at \(1, 0, 2, 3\), in bins 3, 5; fill"):
        refuse_gaps(y, "a test")


@pytest.mark.parametrize("geometry", [ParallelBeam(range(0, 180, 20), 12), FanBeam(range(0, 360, 40), 12, 30.0, 10.0)])
def test_filtered_back_projection_refuses_gaps_and_takes_filled_ones(geometry) -> None:
    physics = Tomography(geometry, (8, 8))
    y = torch.rand(1, 1, 9, 12)
    y[..., 4] = NAN
    with pytest.raises(ArgumentError, match="`y` must be finite for filtered back-projection, got 9 of 108"):
        physics.fbp(y)
    assert physics.fbp(corrections.fill_gaps(y)).isfinite().all()


def test_iterative_methods_leave_gaps_out() -> None:
    physics = Tomography(ParallelBeam(range(0, 180, 12), 12), (8, 8))
    x = torch.rand(1, 1, 8, 8, generator=torch.Generator().manual_seed(0))
    y = physics.A(x)
    y[..., 4] = NAN
    good = y.isfinite().float()
    found = Variational(Nesterov(PGD()), Tikhonov(1e-4))(y.nan_to_num(), Inpainting(good, GaussianNoise(0.1)) @ physics)
    assert (found - x).norm() < 0.1 * x.norm()


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ArgumentError, match="a good bin in every image"):
        corrections.fill_gaps(torch.full((2, 1, 3, 4), NAN))
    with pytest.raises(ShapeError, match="`dead` must broadcast"):
        corrections.fill_gaps(torch.zeros(1, 1, 3, 4), torch.zeros(3, dtype=torch.bool))
    with pytest.raises(ShapeError, match="two dimensions"):
        corrections.fill_gaps(torch.zeros(4))
