import pytest
import torch

from preimage.errors import ArgumentError, ShapeError
from preimage.metric import NIQE, BRISQUEDistance, NoReferenceMetric
from preimage.metric.blind.natural import patch_features, picture_features
from tests.metric.waves import waves


@pytest.fixture
def model(rng: torch.Generator) -> tuple[torch.Tensor, torch.Tensor]:
    factor = torch.randn(36, 36, generator=rng)
    return torch.rand(36, generator=rng), factor @ factor.T / 36 + torch.eye(36)


def test_niqe_is_its_definition(model: tuple[torch.Tensor, torch.Tensor]) -> None:
    x = waves(1, 200, 210)[1]
    features, sharpness = patch_features(x, 1.0)
    assert features.shape == (4, 36)
    assert sharpness.shape == (4,)
    mean, covariance = model
    offset = features.mean(0) - mean
    spread = (covariance.double() + torch.cov(features.T)) / 2
    want = (offset @ torch.linalg.solve(spread, offset)).sqrt()
    torch.testing.assert_close(NIQE(*model)(x)[0], want)


def test_the_distance_is_its_definition(model: tuple[torch.Tensor, torch.Tensor]) -> None:
    x = waves(3, 40, 45)[1]
    offset = picture_features(x, 1.0)[0] - model[0]
    want = (offset @ torch.linalg.solve(model[1].double(), offset)).sqrt()
    torch.testing.assert_close(BRISQUEDistance(*model)(x)[0], want)


@pytest.mark.parametrize("kind", [NIQE, BRISQUEDistance])
def test_one_value_per_image_whatever_the_batch_and_the_unit(
    kind: type[NIQE | BRISQUEDistance], model: tuple[torch.Tensor, torch.Tensor]
) -> None:
    metric: NoReferenceMetric = kind(*model)
    batch = torch.cat(waves(3, 97, 195))
    scores = metric(batch)
    assert scores.shape == (2,)
    torch.testing.assert_close(torch.cat([metric(image[None]) for image in batch]), scores)
    torch.testing.assert_close(kind(*model, data_range=100.0)(100 * batch), scores)
    torch.testing.assert_close(metric(batch.float()).double(), scores, rtol=1e-3, atol=0)
    assert metric(batch[:0]).shape == (0,)
    assert torch.equal(metric.replace(data_range=1.0)(batch), scores)


def test_features_of_a_patch_see_nothing_of_the_rest() -> None:
    """The last rows and columns that fill no patch are not scored."""
    x = waves(1, 192, 200)[1]
    changed = x.clone()
    changed[..., 192:] = 0
    assert torch.equal(patch_features(x, 1.0)[0], patch_features(changed, 1.0)[0])


def test_refusals(model: tuple[torch.Tensor, torch.Tensor]) -> None:
    with pytest.raises(ShapeError, match="`mean` and `covariance` must have shapes"):
        NIQE(model[0][:35], model[1])
    with pytest.raises(ArgumentError, match="`data_range` must be positive"):
        BRISQUEDistance(*model, data_range=0.0)
    with pytest.raises(ShapeError, match="two patches of 96 pixels"):
        NIQE(*model)(torch.ones(1, 1, 100, 191))
    with pytest.raises(ShapeError, match="at least 32 pixels"):
        BRISQUEDistance(*model)(torch.ones(1, 1, 31, 40))
