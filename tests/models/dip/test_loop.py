"""The steps of a fit: the networks of all runs are samples of one iteration."""

from functools import partial

import torch
from torch import Tensor

from preimage.models import DeepImagePrior
from preimage.models.dip import DiscrepancyStop, Drawn, Fit, LastStep, SkipNet, scales
from preimage.physics import Denoising, GaussianNoise
from preimage.solve import Reason

tiny = partial(SkipNet, scales=scales((4, 6), 2))


def _noisy(*shape: int) -> Tensor:
    rng = torch.Generator().manual_seed(3)
    return torch.linspace(0.2, 0.8, shape[-1]).expand(shape) + 0.1 * torch.randn(shape, generator=rng)


def test_a_network_that_has_stopped_draws_no_more() -> None:
    """Its pictures stay as they were at its last step, to the bit, while the other goes on."""
    physics, states = Denoising(GaussianNoise(torch.tensor([0.12, 0.4]))), list[Drawn]()
    dip = DeepImagePrior(tiny, fit=Fit(40, rate=0.02), stop=DiscrepancyStop())
    solution = dip.solve(_noisy(2, 3, 16, 16), physics, [lambda step, state: states.append(state)])
    ended = solution.reason[1].step
    assert solution.reason[1].kind == "converged"
    assert ended < len(states)
    for state in states[ended:]:
        assert torch.equal(state.last[1], states[ended - 1].last[1])
        assert torch.equal(state.x[1], solution.x[1])
    assert not torch.equal(states[-1].last[0], states[ended - 1].last[0])


def test_a_state_is_the_mean_of_the_runs() -> None:
    """Pictures, data term and score."""
    y = _noisy(2, 1, 16, 16)
    alone = [DeepImagePrior(tiny, fit=Fit(6, seed=seed), stop=LastStep()).solve(y, Denoising()) for seed in (0, 1)]
    both = DeepImagePrior(tiny, fit=Fit(6, runs=2), stop=LastStep()).solve(y, Denoising())
    for name in ("x", "last", "average", "misfit", "score"):
        mean = (vars(alone[0].state)[name] + vars(alone[1].state)[name]) / 2
        torch.testing.assert_close(vars(both.state)[name], mean)
    misfits = [solution.history.series["misfit"] for solution in alone]
    torch.testing.assert_close(both.history.series["misfit"], (misfits[0] + misfits[1]) / 2)


def test_a_run_that_diverges_leaves_the_other_samples_alone() -> None:
    """The reason counts the step; none was taken."""
    y = _noisy(2, 1, 16, 16)
    y[0, 0, 3, 3] = torch.nan
    dip = DeepImagePrior(tiny, fit=Fit(5, runs=2), stop=LastStep())
    solution = dip.solve(y, Denoising())
    assert solution.reason == (Reason("diverged", 1), Reason("all_steps", 5))
    assert solution.steps.tolist() == [0, 5]
    torch.testing.assert_close(solution.x[1:], dip.solve(y[1:], Denoising()).x)
