from functools import partial

import pytest
import torch
from torch import Tensor, nn

from preimage.errors import ArgumentError
from preimage.models.dip import SkipNet, scales
from preimage.models.dip.fit import Fit
from preimage.models.dip.inversion import invert_features, maximise_activation, natural
from preimage.models.dip.prior import DeepImagePrior
from preimage.optim import BetaTV, TVPrior
from preimage.optim.pixel_fit import PixelFit
from preimage.physics import FeatureMap
from preimage.solve import Reason

TOL = 0.1


def layer(inputs: int, outputs: int) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(inputs, outputs, 5, 2, 2), nn.BatchNorm2d(outputs), nn.ReLU())


@pytest.fixture(scope="module")
def encoder() -> nn.Module:
    """Trained for a second to tell smooth pictures by their colour and by the direction of their waves."""
    rng = torch.Generator().manual_seed(0)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        network = nn.Sequential(layer(3, 12), layer(12, 24), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(24, 6))
    adam = torch.optim.Adam(network.parameters(), 5e-3)
    for _ in range(40):
        labels = torch.randint(0, 6, (16,), generator=rng)
        loss = nn.functional.cross_entropy(network(pictures(labels, 16, rng)), labels)
        adam.zero_grad()
        loss.backward()
        adam.step()
    labels = torch.randint(0, 6, (60,), generator=rng)
    right = network.eval()(pictures(labels, 16, rng)).argmax(1) == labels
    assert right.float().mean() > 0.8  # it has learned something
    return network.double()


def pictures(labels: Tensor, size: int, rng: torch.Generator) -> Tensor:
    """Waves: the label says which colour, and along which axis."""
    count = len(labels)
    length, phase = 3 + 5 * torch.rand(count, generator=rng), 6.3 * torch.rand(count, generator=rng)
    axis = torch.arange(size)
    wave = 0.5 + 0.4 * torch.sin(6.3 * axis / length[:, None] + phase[:, None])
    grid = torch.where((labels < 3)[:, None, None], wave[:, None, :], wave[:, :, None]).expand(count, size, size)
    colour = torch.nn.functional.one_hot(labels % 3, 3)[..., None, None]
    return (0.3 + colour * (grid[:, None] - 0.3)).clamp(0, 1)


@pytest.fixture
def image(rng: torch.Generator) -> Tensor:
    return pictures(torch.tensor([1, 5]), 24, rng).double()


def prior(steps: int, **settings: float) -> DeepImagePrior:
    fit = Fit(steps, input_noise=0.0, average=0.5, **settings)
    return DeepImagePrior(partial(SkipNet, scales=scales((12, 16), (0, 2))), fit=fit)


def test_a_natural_pre_image_has_the_features_and_less_variation(encoder: nn.Module, image: Tensor) -> None:
    features = FeatureMap(encoder, "1")
    natural = invert_features(features, image[:1], prior(400), tol=TOL)
    plain = invert_features(features, image[:1], PixelFit(max_steps=400), tol=TOL)
    smooth = invert_features(features, image[:1], PixelFit(BetaTV(3e-4, 1.5), max_steps=400), tol=TOL)
    target = features.A(image[:1])
    for found in (natural, plain, smooth):
        error = (features.A(found.x) - target).norm() / target.norm()
        torch.testing.assert_close(found.error, error[None])
        assert float(error) <= TOL
        assert found.matched.tolist() == [True]
        assert found.reason[0] == Reason("matched", len(found.history.residual))
        torch.testing.assert_close(found.history.residual[-1], found.error, check_dtype=False)
        assert (found.history.residual[:-1] > TOL).all()
    tv = TVPrior()
    assert float(tv(natural.x)) < 0.7 * float(tv(plain.x))
    assert float(tv(smooth.x)) < 0.7 * float(tv(plain.x))


def test_pictures_are_inverted_on_their_own(encoder: nn.Module, image: Tensor) -> None:
    features = FeatureMap(encoder, "0")
    fit = PixelFit(max_steps=60)
    both = invert_features(features, image, fit, tol=0.3)
    alone = [invert_features(features, one, fit, tol=0.3) for one in image.split(1)]
    torch.testing.assert_close(both.x, torch.cat([found.x for found in alone]))
    assert both.reason == alone[0].reason + alone[1].reason
    steps = [len(found.history.residual) for found in alone]
    assert len(both.history.residual) == max(steps)
    assert both.history.residual.isfinite().sum(0).tolist() == steps
    assert both.history.seconds.shape == (max(steps),)


def test_a_search_that_falls_short_says_so(encoder: nn.Module, image: Tensor) -> None:
    found = invert_features(FeatureMap(encoder, "1"), image[:1], PixelFit(max_steps=3), tol=1e-3)
    assert found.reason == (Reason("all_steps", 3),)
    assert found.matched.tolist() == [False]
    assert float(found.error) > 1e-3
    free = invert_features(FeatureMap(encoder, "1"), image[:1], PixelFit(max_steps=3), tol=None)
    assert free.reason == (Reason("all_steps", 3),)
    assert torch.equal(free.x, found.x)


def test_callbacks_are_called_and_heard(encoder: nn.Module, image: Tensor) -> None:
    seen: list[int] = []

    def stop(step: int, state: object) -> bool:
        seen.append(step)
        return step == 2

    found = invert_features(FeatureMap(encoder, "1"), image, prior(9), callbacks=[stop])
    assert seen == [1, 2, 1, 2]
    assert found.reason == (Reason("callback", 2),) * 2


def test_the_default_prior_is_the_natural_one(encoder: nn.Module, image: Tensor) -> None:
    features, stop = FeatureMap(encoder, "1"), [lambda step, state: step == 2]
    torch.testing.assert_close(
        invert_features(features, image[:1], callbacks=stop).x,
        invert_features(features, image[:1], natural(2)).x,
    )
    other = invert_features(features, image[:1], natural(2, seed=1))
    assert not torch.allclose(other.x, invert_features(features, image[:1], natural(2)).x)
    assert torch.equal(
        maximise_activation(features, 1, (3, 16, 16), callbacks=stop).x,
        maximise_activation(features, 1, (3, 16, 16), natural(2)).x,
    )


@pytest.mark.parametrize("channel", [0, 4])
def test_what_excites_a_unit(encoder: nn.Module, channel: int, rng: torch.Generator) -> None:
    """A class is most excited by a picture of its colour."""
    features = FeatureMap(encoder, "4")
    found = maximise_activation(features, channel, (3, 24, 24), prior(40))
    assert found.x.shape == (1, 3, 24, 24)
    assert found.x.dtype == torch.float64
    response = features.A(found.x)[0]
    labels = torch.arange(6).repeat(10)
    seen = features.A(pictures(labels, 24, rng).double())
    assert response[channel] > seen[:, channel].max()
    assert int(response.argmax()) == channel
    again = maximise_activation(features, channel, (3, 24, 24), prior(40))
    assert torch.equal(again.x, found.x)


def test_what_cannot_be_inverted(encoder: nn.Module, image: Tensor) -> None:
    fit = PixelFit(max_steps=1)
    with pytest.raises(ArgumentError, match="`tol` must not be negative, got -1"):
        invert_features(FeatureMap(encoder, "0"), image, fit, tol=-1)
    dead = nn.Sequential(nn.Conv2d(3, 2, 1), nn.ReLU())
    dead[0].bias.data.fill_(-99.0)
    with pytest.raises(ArgumentError, match="must have features at '1', got only zeros"):
        invert_features(FeatureMap(dead, "1"), image, fit)
    with pytest.raises(ArgumentError, match="one of the 6 of layer '4', got 6"):
        maximise_activation(FeatureMap(encoder, "4"), 6, (3, 16, 16), fit)
