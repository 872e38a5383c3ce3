"""Deep image priors, against optimisation by hand where the network is the image itself."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest
import torch
from torch import Tensor

from preimage.errors import ArgumentError, CapabilityError, ConvergenceError
from preimage.models import DeepImagePrior
from preimage.models.dip import (
    ConvDecoder,
    DeepDecoder,
    DiscrepancyStop,
    Fit,
    Generator,
    HeldOut,
    LastStep,
    MovingVariance,
    NoiseInput,
    SkipNet,
    StartFrom,
    scales,
)
from preimage.optim import RED, BetaTV, Tikhonov
from preimage.physics import Denoising, GaussianNoise, Inpainting, LaplaceNoise, LinearPhysics, Physics
from preimage.solve import Reason
from tests.example import Example
from tests.models.dip.pixels import Pixels

EXAMPLES = {
    DeepImagePrior: [
        Example(lambda: DeepImagePrior(DeepDecoder, fit=Fit(3, runs=1), stop=LastStep()), (2, 1, 16, 17), double=False),
    ],
}


tiny = partial(SkipNet, scales=scales((4, 6), 2))


class Matrix(LinearPhysics):
    """``A`` as a matrix on images of 20 pixels."""

    def __init__(self, matrix: Tensor, noise: GaussianNoise | None = None) -> None:
        super().__init__(noise)
        self.matrix = matrix

    def A(self, x: Tensor) -> Tensor:
        return x.flatten(1) @ self.matrix.mT

    def A_adjoint(self, y: Tensor) -> Tensor:
        return (y @ self.matrix).reshape(len(y), 1, 4, 5)


class Squared(Physics):
    """A physics that is not linear."""

    def A(self, x: Tensor) -> Tensor:
        return x.square()


def _noisy(*shape: int, sigma: float = 0.1, dtype: torch.dtype = torch.float32) -> Tensor:
    rng = torch.Generator().manual_seed(3)
    smooth = torch.linspace(0.2, 0.8, shape[-1]).expand(shape)
    return (smooth + sigma * torch.randn(shape, generator=rng)).to(dtype)


def test_is_adam_on_the_data_term(rng: torch.Generator) -> None:
    """Where the network is the image, every picture drawn is that of Adam on the pixels."""
    physics = Matrix(torch.randn(15, 20, generator=rng, dtype=torch.float64), GaussianNoise(0.3))
    y = torch.randn(1, 15, generator=rng, dtype=torch.float64)
    drawn: list[Tensor] = []
    dip = DeepImagePrior(Pixels, fit=Fit(12, rate=0.1, average=0.4, fallback=torch.inf), stop=LastStep())
    solution = dip.solve(y, physics, [lambda step, state: drawn.append(state.last)])
    with torch.random.fork_rng():
        torch.manual_seed(0)
        image = Pixels(32, 1).image.detach().double().requires_grad_()
    adam, average = torch.optim.Adam([image], lr=0.1), None
    for step, picture in enumerate(drawn, 1):
        torch.testing.assert_close(picture, image.detach())
        share = max(1 - 0.4, 10 / (9 + step))
        average = picture if average is None else (1 - share) * average + share * picture
        adam.zero_grad()
        (((physics.A(image) - y) ** 2).sum() / (2 * 0.3**2)).backward()
        adam.step()
    assert len(drawn) == 12
    torch.testing.assert_close(solution.x, average)


def test_a_penalty_is_added(rng: torch.Generator) -> None:
    """With the network the image, the minimum of the sum is that of the normal equations."""
    physics = Matrix(torch.randn(15, 20, generator=rng, dtype=torch.float64))
    y = torch.randn(1, 15, generator=rng, dtype=torch.float64)
    dip = DeepImagePrior(
        Pixels, fit=Fit(600, rate=0.05, average=0, fallback=torch.inf), stop=LastStep(), penalty=Tikhonov(2.0)
    )
    normal = physics.matrix.mT @ physics.matrix + 2 * torch.eye(20, dtype=torch.float64)
    truth = torch.linalg.solve(normal, physics.A_adjoint(y).flatten())
    torch.testing.assert_close(dip(y, physics).flatten(), truth, atol=1e-5, rtol=1e-5)


def test_samples_do_not_see_each_other() -> None:
    """``f(cat(a, b))`` equals ``cat(f(a), f(b))``, the steps at which they stop as well."""
    physics, y = Denoising(GaussianNoise(torch.tensor([0.1, 0.4]))), _noisy(2, 3, 16, 16)
    dip = DeepImagePrior(tiny, fit=Fit(40, rate=0.02), stop=DiscrepancyStop())
    both = dip.solve(y, physics)
    for index, sigma in enumerate((0.1, 0.4)):
        one = dip.solve(y[index : index + 1], Denoising(GaussianNoise(sigma)))
        torch.testing.assert_close(both.x[index], one.x[0])
        assert both.reason[index] == one.reason[0]
        assert both.steps[index] == one.steps[0]
    assert both.steps[1] < both.steps[0]


def test_a_seed_repeats_exactly_and_leaves_the_global_generator_alone() -> None:
    """The same numbers bit for bit, whatever the global seed; another seed, others."""
    physics, y = Denoising(GaussianNoise(0.1)), _noisy(1, 1, 16, 16)
    torch.manual_seed(1)
    expected = torch.rand(3)
    torch.manual_seed(1)
    first = DeepImagePrior(tiny, fit=Fit(10, parameter_noise=0.01))(y, physics)
    assert torch.equal(torch.rand(3), expected)
    assert torch.equal(DeepImagePrior(tiny, fit=Fit(10, parameter_noise=0.01))(y, physics), first)
    assert not torch.equal(DeepImagePrior(tiny, fit=Fit(10, parameter_noise=0.01, seed=1))(y, physics), first)
    assert not torch.equal(DeepImagePrior(tiny, fit=Fit(10))(y, physics), first)


def test_runs_are_averaged() -> None:
    """Two runs give the mean of what their seeds give alone."""
    physics, y = Denoising(GaussianNoise(0.1)), _noisy(1, 1, 16, 16)
    alone = [DeepImagePrior(tiny, fit=Fit(10, seed=seed))(y, physics) for seed in (4, 5)]
    both = DeepImagePrior(tiny, fit=Fit(10, runs=2, seed=4))(y, physics)
    torch.testing.assert_close(both, (alone[0] + alone[1]) / 2)


def test_each_run_stops_by_itself_and_all_tell_why() -> None:
    """As each would alone; the steps are those of the longest, and the history goes on to its end."""
    physics, y = Denoising(GaussianNoise(torch.tensor([0.12, 0.4]))), _noisy(2, 3, 16, 16)
    rule, fit = DiscrepancyStop(), Fit(200, rate=0.02)
    alone = [DeepImagePrior(tiny, fit=replace(fit, seed=seed), stop=rule).solve(y, physics) for seed in (0, 1)]
    both = DeepImagePrior(tiny, fit=replace(fit, runs=2), stop=rule).solve(y, physics)
    torch.testing.assert_close(both.x, (alone[0].x + alone[1].x) / 2)
    assert bool(both.converged.all())
    assert both.steps.tolist() == torch.maximum(alone[0].steps, alone[1].steps).tolist()
    assert both.history.residual.isfinite().sum(0).tolist() == both.steps.tolist()
    assert str(both.reason[0]) == f"{alone[0].reason[0]}; {alone[1].reason[0]}"
    assert both.reason[1] == alone[0].reason[1] == alone[1].reason[1]


def test_threads_change_nothing() -> None:
    """Runs beside each other give what they give one after the other."""
    physics, y = Denoising(GaussianNoise(0.1)), _noisy(1, 1, 16, 16)
    before, found = torch.get_num_threads(), []
    try:
        for threads in (1, 3):
            torch.set_num_threads(threads)
            found.append(DeepImagePrior(tiny, fit=Fit(10, runs=3, parameter_noise=0.01))(y, physics))
    finally:
        torch.set_num_threads(before)
    assert torch.equal(*found)


def test_images_of_a_batch_may_share_a_network() -> None:
    """One network draws all: they are as the channels of one image."""
    physics, y = Denoising(GaussianNoise(0.1)), _noisy(2, 3, 16, 16)
    shared = DeepImagePrior(tiny, fit=Fit(10, joint=True), stop=LastStep()).solve(y, physics)
    one = DeepImagePrior(tiny, fit=Fit(10), stop=LastStep()).solve(y.reshape(1, 6, 16, 16), physics)
    torch.testing.assert_close(shared.x, one.x.reshape(2, 3, 16, 16))
    assert shared.reason == (one.reason[0], one.reason[0])


def test_frames_of_a_volume_share_a_network() -> None:
    """(B, C, D, H, W)."""
    physics, y = Denoising(GaussianNoise(0.1)), _noisy(1, 2, 3, 16, 12)
    volume = DeepImagePrior(tiny, fit=Fit(5))(y, physics)
    one = DeepImagePrior(tiny, fit=Fit(5))(y.reshape(1, 6, 16, 12), physics)
    torch.testing.assert_close(volume, one.reshape(y.shape))


def test_complex_images() -> None:
    """The picture is complex and comes near to the measurement, which a sigmoid could not reach."""
    target = torch.polar(torch.full((1, 1, 16, 16), 2.0), torch.linspace(0, 3, 16).expand(1, 1, 16, 16))
    network = partial(tiny, bounded=False)
    x = DeepImagePrior(network, fit=Fit(100, rate=0.03, input_noise=0, average=0.8), stop=LastStep())(
        target, Denoising()
    )
    assert x.dtype == torch.complex64
    assert float((x - target).abs().mean()) < 0.5


def test_a_physics_that_is_not_linear_needs_a_shape() -> None:
    """With it, the square root is found."""
    y = _noisy(1, 1, 4, 5, sigma=0.0).square()
    with pytest.raises(ArgumentError, match="`shape` must be given"):
        DeepImagePrior(Pixels)(y, Squared())
    x = DeepImagePrior(
        Pixels, fit=Fit(300, rate=0.05, average=0, fallback=torch.inf), stop=LastStep(), shape=(1, 4, 5)
    )(y, Squared())
    torch.testing.assert_close(x.abs(), y.sqrt(), atol=1e-2, rtol=0)


def test_minimises_any_functional() -> None:
    """``||x||^2`` is least at zero."""
    dip = DeepImagePrior(Pixels, fit=Fit(500, rate=0.05, average=0, fallback=torch.inf))
    solution = dip.minimise(Tikhonov(1.0), torch.zeros(2, 3, 4, 5, dtype=torch.float64))
    assert float(solution.x.abs().max()) < 1e-3
    assert solution.reason == (Reason("all_steps", 500),) * 2


def test_stops_where_a_callback_says_so() -> None:
    """The picture so far is the result, the mean of all runs."""
    seen: list[int] = []

    def stop_at_three(step: int, state: object) -> bool:
        seen.append(step)
        return step == 3

    physics, y = Denoising(GaussianNoise(0.1)), _noisy(1, 1, 16, 16)
    solution = DeepImagePrior(tiny, fit=Fit(10, runs=2)).solve(y, physics, [stop_at_three])
    assert seen == [1, 2, 3]
    assert solution.reason == (Reason("callback", 3),)
    torch.testing.assert_close(solution.x, DeepImagePrior(tiny, fit=Fit(3, runs=2))(y, physics))


def test_the_history_has_one_entry_a_step() -> None:
    """Residual, data term, score, seconds; none once a sample has stopped."""
    physics, y = Denoising(GaussianNoise(torch.tensor([0.1, 0.4]))), _noisy(2, 3, 16, 16)
    solution = DeepImagePrior(tiny, fit=Fit(40, rate=0.02), stop=DiscrepancyStop()).solve(y, physics)
    last, first = int(solution.steps.max()), int(solution.steps.min())
    assert solution.history.residual.shape == (last, 2)
    for series in ("misfit", "score"):
        assert bool(solution.history.series[series][:first].isfinite().all())
        assert bool(solution.history.series[series][first:, 1].isnan().all())
    assert solution.reason[1].best_step in range(1, first + 1)


def test_divergence_is_an_error() -> None:
    """A functional that is not finite, with the sample and the step."""
    physics, y = Denoising(), _noisy(1, 1, 16, 16)
    y[0, 0, 3, 3] = torch.nan
    dip = DeepImagePrior(tiny, fit=Fit(3), stop=LastStep())
    with pytest.raises(ConvergenceError, match="sample 0 of 1 diverged at step 1"):
        dip(y, physics)


def test_takes_back_what_made_the_data_term_jump() -> None:
    """With a learning rate that overshoots, the data term of what counts never jumps by 5 dB."""
    y = _noisy(1, 1, 16, 16, sigma=0.02)

    def misfits(fallback: float) -> Tensor:
        dip = DeepImagePrior(tiny, fit=Fit(60, rate=0.3, fallback=fallback, input_noise=0), stop=LastStep())
        return dip.solve(y, Denoising()).history.series["misfit"][:, 0]

    free, held = misfits(torch.inf), misfits(0.5)
    assert float((free[1:] / free[:-1]).max()) > 10**0.05
    assert float((held[1:] / held[:-1]).max()) <= 10**0.05 + 1e-6


def test_stops_in_time_without_knowing_the_noise() -> None:
    """Held-out pixels, few as they are here, tell a picture better than the last, at most 2.5 dB from the best."""
    x = torch.sin(torch.linspace(0, 6, 24))[:, None] * torch.cos(torch.linspace(0, 5, 24)) / 2 + 0.5
    y = x.expand(1, 3, 24, 24) + 0.15 * torch.randn(1, 3, 24, 24, generator=torch.Generator().manual_seed(0))
    errors: list[float] = []
    network = partial(SkipNet, scales=scales((16, 16), 4))
    dip = DeepImagePrior(network, fit=Fit(150, rate=0.05, average=0.9), stop=HeldOut(0.1, 150))
    solution = dip.solve(y, Denoising(), [lambda k, state: errors.append(float((state.average - x).square().mean()))])
    error = float((solution.x - x).square().mean())
    assert error <= min(errors) * 10**0.25
    assert error < errors[-1] / 10**0.05


def test_needs_a_noise_level_for_the_discrepancy() -> None:
    """Where there is none, the error names another rule."""
    with pytest.raises(CapabilityError, match="Gaussian or Poisson"):
        DeepImagePrior(tiny, stop=DiscrepancyStop())(_noisy(1, 1, 16, 16), Denoising(LaplaceNoise(0.1)))
    with pytest.raises(CapabilityError, match="HeldOut"):
        DeepImagePrior(tiny, stop=DiscrepancyStop()).minimise(Tikhonov(1.0), torch.zeros(1, 1, 16, 16))


def test_a_denoiser_as_a_further_prior() -> None:
    """RED makes the picture smoother."""
    from preimage.denoisers import TVDenoiser

    physics, y = Denoising(), _noisy(1, 1, 16, 16)
    plain = DeepImagePrior(tiny, fit=Fit(30), stop=LastStep())(y, physics)
    smooth = DeepImagePrior(tiny, fit=Fit(30), stop=LastStep(), penalty=RED(TVDenoiser(), 0.3, 5.0))(y, physics)
    assert float(smooth.diff(dim=-1).abs().mean() + smooth.diff(dim=-2).abs().mean()) < float(
        plain.diff(dim=-1).abs().mean() + plain.diff(dim=-2).abs().mean()
    )


def test_total_variation_as_a_further_prior() -> None:
    """Its own value is lower with it than without."""
    physics, y = Denoising(), _noisy(1, 1, 16, 16)
    plain, smooth = (
        DeepImagePrior(tiny, fit=Fit(80, rate=0.03, average=0.5), stop=LastStep(), penalty=penalty)(y, physics)
        for penalty in (None, BetaTV(0.5, 1.2))
    )
    assert float(BetaTV(1.0, 1.2)(smooth)) < 0.9 * float(BetaTV(1.0, 1.2)(plain))


@pytest.mark.parametrize("network", [partial(DeepDecoder, layers=3), partial(ConvDecoder, channels=8, layers=3)])
def test_decoders_draw_from_small_inputs(network: Callable[[int, int], Generator]) -> None:
    """Any network that says how large its input is; the picture has the measurement's size."""
    y = _noisy(1, 3, 21, 18)
    dip = DeepImagePrior(network, NoiseInput(16), Fit(40, rate=0.02, input_noise=0, average=0.5), LastStep())
    x = dip(y, Denoising())
    assert x.shape == y.shape
    assert float((x - y).square().mean()) < 0.5 * float((y - 0.5).square().mean() + 0.01)


def test_float64_in_float64_out() -> None:
    """And bfloat16 only where it was asked for, or the processor has it: close to float32."""
    physics, y = Denoising(GaussianNoise(0.1)), _noisy(1, 1, 16, 16)
    assert DeepImagePrior(tiny, fit=Fit(2))(y.double(), physics).dtype == torch.float64
    exact = DeepImagePrior(tiny, fit=Fit(1, precision="float32"), stop=LastStep())(y, physics)
    rounded = DeepImagePrior(tiny, fit=Fit(1, precision="bfloat16"), stop=LastStep())(y, physics)
    assert rounded.dtype == torch.float32
    assert not torch.equal(exact, rounded)
    torch.testing.assert_close(exact, rounded, atol=0.05, rtol=0)


def test_coarse_to_fine_draws_the_whole_picture() -> None:
    """At every stage the picture has the size of the measurement, whatever that is."""
    physics, y = Inpainting(torch.rand(21, 19) > 0.3), _noisy(1, 1, 21, 19)
    shapes: list[tuple[int, ...]] = []
    dip = DeepImagePrior(tiny, fit=Fit(6, coarse=2), stop=MovingVariance(2, 10))
    dip.solve(y, physics, [lambda step, state: shapes.append(tuple(state.last.shape))])
    assert shapes == [(1, 1, 21, 19)] * 6


def test_a_rate_at_which_nothing_is_learned_is_halved() -> None:
    """Every step would be taken back, from weights that are already good."""
    target = torch.rand(1, 1, 4, 5, generator=torch.Generator().manual_seed(2), dtype=torch.float64)
    start = Pixels(32, 1)
    start.image.data = (target + 0.01).float()
    fit = Fit(300, rate=100.0, input_noise=0, average=0)
    misfit = (
        DeepImagePrior(StartFrom(start), fit=fit, stop=LastStep()).solve(target, Denoising()).history.series["misfit"]
    )
    assert float(misfit[-1]) < 0.1 * float(misfit[0])
