import pytest
import torch

from preimage.fidelity import likelihood
from preimage.optim import GD, PDHG, RED, L1Prior, L12Prior, TGVPrior, Tikhonov, TVPrior, Variational, WaveletPrior
from preimage.physics import Denoising
from preimage.physics.noise import GaussianNoise
from preimage.transform import Wavelet
from tests.doubles import Shrink


def test_values_and_proxes_by_hand() -> None:
    x = torch.tensor([[3.0, -4.0], [0.5, 0.0]]).reshape(2, 1, 1, 2)
    weight = torch.tensor([1.0, 2.0])
    assert Tikhonov(weight)(x).tolist() == [12.5, 0.25]
    assert Tikhonov(weight).prox(x, 0.5).flatten().tolist() == pytest.approx([2, -8 / 3, 0.25, 0])
    assert L1Prior(weight)(x).tolist() == [7, 1]
    assert L1Prior(weight).prox(x, 0.5).flatten().tolist() == [2.5, -3.5, 0, 0]
    assert TVPrior(weight)(x).tolist() == [7, 1]
    torch.testing.assert_close(
        TVPrior(weight, tol=1e-7).prox(x, 0.5).flatten(), torch.tensor([2.5, -3.5, 0.25, 0.25]), atol=1e-3, rtol=0
    )
    haar = (x[:, :, :, 0] - x[:, :, :, 1]).abs().flatten() / 2**0.5
    torch.testing.assert_close(WaveletPrior(weight, "haar", 1)(x), weight * haar)
    assert RED(Shrink(), 1.0, weight).grad(x).flatten().tolist() == [1.5, -2, 0.5, 0]


@pytest.mark.parametrize("step", [0.3, 2.0])
def test_moreau_the_rest_of_an_l1_prox_is_a_projection(step: float, rng: torch.Generator) -> None:
    # x = prox_{t g}(x) + t prox_{g* / t}(x / t), and g* of a norm is the indicator of its dual ball.
    x = torch.randn(2, 3, 8, 6, generator=rng, dtype=torch.float64)
    rest = (x - L1Prior(0.7).prox(x, step)) / step
    torch.testing.assert_close(rest, (x / step).clamp(-0.7, 0.7))
    prior = WaveletPrior(0.7, "db2", 2)
    rest = Wavelet("db2", 2).analysis((x - prior.prox(x, step)) / step)
    expected = Wavelet("db2", 2).analysis(x / step).clamp(-0.7, 0.7)
    Wavelet("db2", 2).approximation(expected).zero_()
    torch.testing.assert_close(rest, expected)


@pytest.mark.parametrize("isotropic", [False, True])
@pytest.mark.parametrize("coupled", [False, True])
def test_moreau_the_rest_of_the_tv_prox_has_dual_norm_at_most_one(
    coupled: bool, isotropic: bool, rng: torch.Generator
) -> None:
    # (x - u) / t is a subgradient at u: <r, u> = g(u), and <r, v> <= g(v) for every v.
    x = torch.randn(2, 3, 8, 6, generator=rng, dtype=torch.float64)
    prior = TVPrior(0.4, coupled, tol=1e-10, isotropic=isotropic)
    u = prior.prox(x, 0.5)
    rest = (x - u) / 0.5
    torch.testing.assert_close((rest * u).flatten(1).sum(1), prior(u), rtol=1e-4, atol=1e-6)
    for _ in range(20):
        v = torch.randn(x.shape, generator=rng, dtype=x.dtype)
        assert bool(((rest * v).flatten(1).sum(1) <= prior(v)).all())


@pytest.mark.parametrize("coupled", [False, True])
@pytest.mark.parametrize("isotropic", [False, True])
def test_primal_dual_reconstruction_takes_the_gradient_apart(
    coupled: bool, isotropic: bool, rng: torch.Generator
) -> None:
    # min 1/2 ||x - y||^2 + TV(x) two ways: the prox, and a primal-dual method with TV as the composed term.
    y = torch.rand(2, 2, 7, 9, generator=rng, dtype=torch.float64)
    prior = TVPrior(torch.tensor([0.1, 0.3], dtype=torch.float64), coupled, tol=1e-7, isotropic=isotropic)
    data = likelihood(Denoising(GaussianNoise(1.0)), y)
    algorithm = PDHG().prepare(data, prior, y)
    state = algorithm.init(y)
    for _ in range(300):
        state = algorithm.step(data, prior, state)
    torch.testing.assert_close(state.x, prior.prox(y, 1.0), atol=1e-3, rtol=0)


def test_red_by_gradient_descent_reaches_its_fixed_point(rng: torch.Generator) -> None:
    # x - y + lambda (x - x / 2) = 0.
    y = torch.rand(2, 1, 4, 4, generator=rng)
    model = Variational(GD(step_size=0.5), RED(Shrink(), 1.0, weight=2.0), max_steps=200, tol=1e-7)
    torch.testing.assert_close(model(y, Denoising(GaussianNoise(1.0))), y / 2)


@pytest.mark.parametrize(
    "prior",
    [
        Tikhonov,
        L1Prior,
        L12Prior,
        TVPrior,
        lambda w: TVPrior(w, isotropic=False),
        lambda w: TVPrior(w, coupled=True, isotropic=False),
        TGVPrior,
        lambda w: WaveletPrior(w, "db2", 2),
        lambda w: WaveletPrior(w, ("haar", "db2"), 2),
    ],
)
def test_a_prox_is_differentiable_in_image_and_weight(prior: type, rng: torch.Generator) -> None:
    x = torch.rand(2, 1, 9, 8, generator=rng, dtype=torch.float64, requires_grad=True)
    weight = torch.nn.Parameter(torch.tensor([0.1, 0.2], dtype=torch.float64))
    result = prior(weight).prox(x, 0.5)
    by_x, by_weight = torch.autograd.grad(result.square().sum(), (x, weight))
    assert bool(by_x.isfinite().all() & (by_weight < 0).all())


@pytest.mark.parametrize(
    "prior",
    [
        L1Prior(0.1),
        L12Prior(0.1),
        TVPrior(0.1),
        TVPrior(0.1, isotropic=False),
        WaveletPrior(0.1, "db4", 3),
        WaveletPrior(0.1, ("haar", "db4"), 3, tol=1e-3),
        Tikhonov(0.1),
    ],
)
def test_batches_sizes_and_flat_images(prior: TVPrior, rng: torch.Generator) -> None:
    for shape in ((3, 2, 17, 13), (2, 1, 1, 9), (2, 1, 6, 1), (2, 1, 1, 1)):
        x = torch.rand(shape, generator=rng)
        whole = prior.prox(x, 0.5)
        assert torch.equal(whole, torch.cat([prior.prox(x[i : i + 1], 0.5) for i in range(len(x))]))
        assert torch.equal(prior.prox(torch.zeros_like(x), 0.5), torch.zeros_like(x))
    if isinstance(prior, (TVPrior, WaveletPrior)):
        constant = torch.full((2, 1, 8, 8), 0.4)
        torch.testing.assert_close(prior.prox(constant, 0.5), constant)
        assert float(prior(constant).max()) < 1e-5


def test_conjugates_by_hand() -> None:
    z = torch.tensor([[3.0, -4.0], [0.5, 0.0]]).reshape(2, 1, 1, 2)
    assert Tikhonov(torch.tensor([2.0, 0.5])).conjugate(z).tolist() == [6.25, 0.25]
    assert L1Prior(torch.tensor([3.9, 0.5])).conjugate(z).tolist() == [torch.inf, 0]
    assert L1Prior(2.0).into_domain(z).tolist() == [0.5, 1]
    slopes = z.reshape(2, 1, 1, 2, 1).movedim(3, 2)  # one pixel with the gradient (3, -4), of length 5
    assert TVPrior(5.0).outer_conjugate(slopes).tolist() == [0, 0]
    assert TVPrior(4.9).outer_conjugate(slopes).tolist() == [torch.inf, 0]
    assert TVPrior(4.0, isotropic=False).outer_conjugate(slopes).tolist() == [0, 0]
