from dataclasses import replace

import pytest
import torch
from torch import nn

from preimage.denoisers import FFDNet
from preimage.errors import ArgumentError, CapabilityError, FieldError
from preimage.fidelity import likelihood
from preimage.optim import (
    ADMM,
    FISTA,
    MLEM,
    OSEM,
    PDHG,
    PGD,
    SART,
    SDMM,
    SIRT,
    SPDHG,
    CondatVu,
    PnP,
    SequenceSchedule,
    TVPrior,
    Variational,
)
from preimage.optim.acceleration import Nesterov
from preimage.optim.unrolled import Checkpointed, Reversible, Shared, Stored, Unrolled
from preimage.physics import Blur, GaussianNoise, kernels
from tests.example import Example
from tests.optim.problems import PROBLEMS, Lasso, lasso

EXAMPLES = {
    Unrolled: [
        Example(lambda: Unrolled(PGD(), PnP(FFDNet(3, width=4, depth=3)), 3, ["step_size", Shared("weight")])),
        Example(lambda: Unrolled(PGD(), [PnP(FFDNet(3, width=4, depth=3)) for _ in range(2)], 2)),
    ],
}


class Weighted(Lasso):
    """``Lasso`` whose weight may be a tensor with one element."""

    def prox(self, x, step):
        threshold = self.weight * torch.as_tensor(step, dtype=x.dtype).reshape(-1, 1, 1, 1)
        return x.sign() * (x.abs() - threshold).clamp_min(0)


@pytest.fixture
def blurred():
    generator = torch.Generator().manual_seed(0)
    x = torch.rand(3, 1, 12, 10, generator=generator, dtype=torch.float64)
    physics = Blur(kernels.gaussian_blur(0.8).double(), "reflect", noise=GaussianNoise(0.05))
    return physics(x, rng=generator), physics, x


def network():
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return FFDNet(1, width=4, depth=3).double()


def gradients(model, y, physics, x):
    loss = (model(y, physics) - x).square().mean()
    return torch.autograd.grad(loss, [p for p in model.parameters() if p.requires_grad])


@pytest.mark.parametrize("algorithm", [PGD(), FISTA(), ADMM(), PDHG()], ids=repr)
def test_untrained_it_is_the_algorithm(algorithm):
    p = lasso()
    unrolled = Unrolled(algorithm, Weighted(15.0), 7, learn=["step_size", Shared("weight")])
    plain = Variational(algorithm, p.prior, max_steps=7, tol=None)
    # exp(log(15)) in the parameters' float32 is 15.0000006.
    torch.testing.assert_close(unrolled(p.y, p.physics), plain(p.y, p.physics), rtol=1e-5, atol=1e-6)


FILLED_IN = [
    ("lasso", PGD(), ["step_size"]),
    ("total variation", PDHG(), ["step_size", "dual_step_size"]),
    ("total variation", CondatVu(), ["step_size", "dual_step_size"]),
    ("stacked lasso", SPDHG(), ["step_size", "dual_step_size"]),
    ("stacked counts", PDHG(), ["step_size", "dual_step_size"]),
    ("periodic", SDMM(), ["step_size", "data_step_size"]),
    ("counts", MLEM(), ["sensitivity"]),
    ("counts", OSEM(), ["sensitivities"]),
    ("weighted", SIRT(), ["weights"]),
    ("consistent", SART(), ["weights"]),
    ("lasso", Nesterov(PGD()), ["step_size"]),
]


@pytest.mark.parametrize(("name", "algorithm", "fields"), FILLED_IN)
def test_whatever_prepare_fills_in_can_be_learned_as_a_factor_from_one(name, algorithm, fields):
    p = PROBLEMS[name]()
    unrolled = Unrolled(algorithm, p.prior, 4, learn=fields)
    plain = Variational(algorithm, p.prior, max_steps=4, tol=None)
    found = unrolled(p.y, p.physics)
    torch.testing.assert_close(found, plain(p.y, p.physics), rtol=1e-9, atol=1e-12)
    numbers = list(unrolled.parameters())
    assert len(numbers) == len(fields)
    for gradient in torch.autograd.grad(found.square().sum(), numbers, allow_unused=True):
        assert gradient is None or bool(gradient.isfinite().all())


def test_a_factor_of_two_doubles_the_dual_step_of_every_term():
    p = PROBLEMS["stacked lasso"]()
    unrolled = Unrolled(PDHG(), p.prior, 4, learn=[Shared("dual_step_size")])
    with torch.no_grad():
        unrolled.learned.logarithms["dual_step_size"].fill_(2.0).log_()
    filled = PDHG().prepare(likelihood(p.physics, p.y), p.prior, unrolled.init(p.y, p.physics))
    doubled = replace(filled, dual_step_size=tuple(2 * s for s in filled.dual_step_size))  # pyright: ignore
    plain = Variational(doubled, p.prior, max_steps=4, tol=None)
    torch.testing.assert_close(unrolled(p.y, p.physics), plain(p.y, p.physics), rtol=1e-6, atol=1e-9)


def test_gradient_is_that_of_the_loop_written_out(blurred):
    y, physics, x = blurred
    model = Unrolled(PGD(), PnP(network()), 4, learn=["step_size", Shared("weight")])
    found = gradients(model, y, physics, x)
    f, estimate = likelihood(physics, y), model.init(y, physics)
    step_size = model.algorithm.prepare(f, model.priors[0], estimate).step_size
    factors, weight = (model.learned.logarithms[name].exp() for name in ("step_size", "weight"))
    for k in range(4):
        t = step_size * factors[k]
        moved = estimate - t.reshape(-1, 1, 1, 1) * f.grad(estimate)
        estimate = model.priors[0].denoiser(moved, (weight * t).sqrt())
    expected = torch.autograd.grad((estimate - x).square().mean(), list(model.parameters()))
    for a, b in zip(found, expected, strict=True):
        torch.testing.assert_close(a, b, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("every", [1, 3, 10])
@pytest.mark.parametrize("algorithm", [PGD(), FISTA(), ADMM(), PDHG()], ids=repr)
def test_checkpointed_gradients_are_the_stored_ones(algorithm, every, blurred):
    y, physics, x = blurred
    make = lambda rule: Unrolled(algorithm, PnP(network()), 5, ["step_size"], gradient=rule)  # noqa: E731
    for a, b in zip(*(gradients(make(rule), y, physics, x) for rule in (Stored(), Checkpointed(every))), strict=True):
        assert torch.equal(a, b)


class Relaxed(Stored):
    """The iteration of :class:`Reversible` with everything held."""

    def run(self, step, state, steps, parameters):
        old, new = state, step(0, state)
        for k in range(1, steps):
            moved = step(k, new)
            old, new = new, type(new)(0.5 * old.x + 0.5 * moved.x, moved.k)
        return new


@pytest.mark.parametrize("anchor_every", [2, 16, 100])
def test_reversible_gradients_are_those_of_its_iteration(anchor_every, blurred):
    y, physics, x = blurred
    rules = (Relaxed(), Reversible(anchor_every=anchor_every))
    models = [Unrolled(PGD(), PnP(network()), 20, ["step_size", Shared("weight")], gradient=rule) for rule in rules]
    torch.testing.assert_close(*(model(y, physics) for model in models), rtol=1e-12, atol=1e-12)
    for a, b in zip(*(gradients(model, y, physics, x) for model in models), strict=True):
        torch.testing.assert_close(a, b, rtol=1e-6, atol=1e-10)


@pytest.mark.parametrize("algorithm", [PGD(), ADMM(), PDHG()], ids=repr)
def test_reversible_converges_to_the_same_minimiser(algorithm):
    p = lasso()
    model = Unrolled(algorithm, Weighted(15.0), 1000, gradient=Reversible())
    torch.testing.assert_close(model(p.y, p.physics), p.minimiser, rtol=0, atol=1e-5)


def test_reversible_fifty_steps_in_single_precision(blurred):
    y, physics, x = (part.float() for part in blurred)
    models = [Unrolled(PGD(), PnP(network()), 50, ["step_size"], gradient=r).float() for r in (Relaxed(), Reversible())]
    for a, b in zip(*(gradients(model, y, physics, x) for model in models), strict=True):
        torch.testing.assert_close(a, b, rtol=1e-3, atol=1e-4 * float(b.abs().max()))


def test_a_gradient_that_reversible_cannot_give_is_refused(blurred):
    y, physics, _ = blurred
    model = Unrolled(PGD(), PnP(network()), 3, gradient=Reversible())
    with pytest.raises(CapabilityError, match="Checkpointed"):
        model(y.clone().requires_grad_(), physics)


def test_networks_and_numbers_per_step(blurred):
    y, physics, _ = blurred
    priors = [PnP(network()) for _ in range(3)]
    model = Unrolled(PGD(), nn.ModuleList(priors), 3, learn=["step_size", "weight"])
    names = [name for name, _ in model.named_parameters()]
    assert sum("logarithms" in name for name in names) == 2
    assert {name.split(".")[1] for name in names if name.startswith("priors")} == {"0", "1", "2"}
    assert {tuple(value.shape) for value in model.learned.logarithms.values()} == {(3,)}
    loss = model(y, physics).square().sum()
    assert all(bool(g.ne(0).any()) for g in torch.autograd.grad(loss, list(model.parameters())))


def test_numbers_given_are_learned_as_they_are():
    p = lasso()
    model = Unrolled(PGD(0.002), Weighted(15.0), 5, learn=["step_size"])
    with torch.no_grad():
        model.learned.logarithms["step_size"].copy_(torch.tensor([1.0, 2, 3, 4, 5]).mul(1e-3).log())
    plain = Variational(PGD(SequenceSchedule([1e-3, 2e-3, 3e-3, 4e-3, 5e-3])), p.prior, max_steps=5, tol=None)
    torch.testing.assert_close(model(p.y, p.physics), plain(p.y, p.physics), rtol=1e-6, atol=1e-8)


def test_samples_are_independent_and_weights_travel(blurred):
    y, physics, _ = blurred
    model = Unrolled(FISTA(), TVPrior(2.0), 5, learn=["step_size", "weight"])
    whole = model(y, physics)
    for index in range(3):
        torch.testing.assert_close(model(y[index : index + 1], physics)[0], whole[index], rtol=1e-12, atol=1e-13)
    other = Unrolled(FISTA(), TVPrior(1.0), 5, learn=["step_size", "weight"])
    other.load_state_dict(model.state_dict())
    assert torch.equal(other(y, physics), whole)


def test_what_cannot_be_learned():
    with pytest.raises(FieldError, match="got 'speed'"):
        Unrolled(PGD(), Lasso(1.0), 3, learn=["speed"])
    with pytest.raises(ArgumentError, match="positive number"):
        Unrolled(PGD(SequenceSchedule([1.0])), Lasso(1.0), 3, learn=["step_size"])
    p = PROBLEMS["total variation"]()
    with pytest.raises(ArgumentError, match="`constraint` must be a positive number to be learned, got None"):
        Unrolled(CondatVu(), p.prior, 3, learn=["constraint"])(p.y, p.physics)
    with pytest.raises(ArgumentError, match="one per step"):
        Unrolled(PGD(), [Lasso(1.0), Lasso(1.0)], 3)
