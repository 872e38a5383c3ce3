import pytest
import torch

from preimage.errors import ArgumentError, CapabilityError
from preimage.optim import L1Prior
from preimage.physics import Denoising, GaussianNoise
from preimage.sampling import MCMC, ULA, ChainPlan
from preimage.sampling.diagnostics import autocorrelation
from tests.sampling.mcmc.problem import MEAN, VARIANCE, Y, moments, run


@pytest.mark.parametrize("share", [0.5, 1.0, 1.6])
def test_its_variance_and_correlation_are_those_of_the_closed_form(share: float) -> None:
    step = share * VARIANCE
    posterior = run(ULA(step))
    mean, variance = moments(posterior)
    torch.testing.assert_close(mean, MEAN * Y[:, 0, 0, 0], rtol=0, atol=0.01)
    assert float(variance) == pytest.approx(VARIANCE / (1 - step / (2 * VARIANCE)), rel=0.03)
    lag = autocorrelation(posterior.by_chain())[:, 1].mean()
    assert float(lag) == pytest.approx(1 - share, abs=0.05)


def test_its_usual_step_follows_from_the_curvature() -> None:
    assert float(moments(run(ULA()))[1]) == pytest.approx(VARIANCE / (1 - 0.25), rel=0.03)


def test_reflection_keeps_images_positive() -> None:
    assert bool((run(ULA(positive=True), 5).samples >= 0).all())


def test_the_first_image_does_not_depend_on_the_second() -> None:
    model = MCMC(ULA(0.1), plan=ChainPlan(3, 2, 1))
    both, one = (model.sample(y, Denoising(GaussianNoise(0.5))).samples for y in (Y[:, :, :3, :3], Y[:1, :, :3, :3]))
    torch.testing.assert_close(both[:1], one)


def test_a_prior_without_a_gradient_is_refused() -> None:
    with pytest.raises(CapabilityError, match="the prior must be Smooth for ULA, got L1Prior; take MYULA"):
        run(ULA(), prior=L1Prior(1.0))
    with pytest.raises(ArgumentError, match="`step_size`"):
        ULA(0.0)
