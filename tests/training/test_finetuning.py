import copy

import pytest
import torch
from torch import nn

import preimage
from preimage.errors import ArgumentError
from preimage.loss import EILoss, MCLoss, SplittingLoss, SumLoss, SureGaussianLoss, SurePGLoss
from preimage.models import ArtifactRemoval
from preimage.physics import BlurFFT, Denoising, GaussianNoise, Inpainting, PoissonNoise, kernels
from preimage.training.finetuning import finetune, self_supervised_loss
from preimage.training.held_out import hold_out


def stripes(batch=1):
    """Smooth images."""
    place = torch.arange(32.0)
    image = 0.5 + 0.3 * torch.sin(0.3 * place[:, None] + 0.2 * place)
    return image.expand(batch, 1, 32, 32).contiguous()


class Smoother(nn.Module):
    """A mean with a learned weight: ``w`` of the 5x5 neighbours, ``1 - w`` of the pixel."""

    def __init__(self, weight):
        super().__init__()
        self.weight = nn.Parameter(torch.tensor(weight))

    def forward(self, x):
        return x + self.weight * (nn.functional.avg_pool2d(nn.functional.pad(x, (2, 2, 2, 2), "reflect"), 5, 1) - x)


def noisy(sigma=0.1, batch=1):
    physics = Denoising(GaussianNoise(sigma))
    return physics(stripes(batch), rng=torch.Generator().manual_seed(0)), physics


@torch.no_grad()
def error(model, y, physics):
    """The mean squared error of the image."""
    return (model(y, physics) - stripes()).square().mean().item()


def test_a_model_that_keeps_noise_learns_to_smooth_and_its_argument_stays():
    y, physics = noisy()
    model = ArtifactRemoval(Smoother(0.1), "direct")
    before = copy.deepcopy(model.state_dict())
    tuned = preimage.finetune(model, y, physics, steps=40, rate=0.05)
    assert all(torch.equal(before[name], value) for name, value in model.state_dict().items())
    errors = [error(m, y, physics) for m in (model, tuned)]
    assert errors[1] < 0.3 * errors[0]
    again = finetune(model, y, physics, steps=40, rate=0.05)
    assert torch.equal(tuned.network.weight, again.network.weight)


def test_several_measurements_are_learned_from():
    parts = [noisy(0.1), noisy(0.2, batch=2)]
    model = ArtifactRemoval(Smoother(0.0), "direct")
    tuned = finetune(model, [y for y, _ in parts], [physics for _, physics in parts], steps=40, rate=0.05)
    assert tuned.network.weight.item() > 0.5


def test_what_is_no_better_is_not_taken():
    """A loss that asks for the noise leads away from a good weight."""
    y, physics = noisy()
    model = ArtifactRemoval(Smoother(0.97), "direct")
    told = []
    tuned = finetune(model, y, physics, MCLoss(), rate=0.02, progress=lambda step, score: told.append(step))
    assert torch.equal(tuned.network.weight, model.network.weight)
    assert told == [10, 20, 30, 40, 50]  # five checks in a row that were no better


def test_the_score_is_told_and_is_the_error_of_what_was_held_out():
    y, physics = noisy()
    told = []
    finetune(
        ArtifactRemoval(Smoother(0.1), "direct"), y, physics, steps=20, rate=0.05, progress=lambda *p: told.append(p)
    )
    assert [step for step, _ in told] == list(range(1, 21))
    assert told[-1][1] < told[0][1]


def test_losses_suit_what_was_measured():
    blur, x, rng = kernels.gaussian_blur(2.0), stripes(), torch.Generator().manual_seed(0)

    def choice(physics):
        return self_supervised_loss(hold_out(physics(x, rng=rng), physics, rng))

    assert isinstance(choice(Denoising(GaussianNoise(0.1))), SureGaussianLoss)
    assert isinstance(choice(Denoising(PoissonNoise(0.1))), SurePGLoss)
    assert isinstance(choice(Inpainting((torch.rand(32, 32, generator=rng) < 0.5).float())), SplittingLoss)
    deblurring = choice(BlurFFT(blur, GaussianNoise(0.01)))
    assert isinstance(deblurring, SumLoss)
    assert {type(term) for term in deblurring.losses} == {SureGaussianLoss, EILoss}


def test_missing_pixels_are_learned_from_those_held_back():
    x = stripes()
    mask = (torch.rand(32, 32, generator=torch.Generator().manual_seed(1)) < 0.6).float()
    physics = Inpainting(mask)

    class Filler(nn.Module):
        """Missing pixels, as ``w`` times the sum of neighbours; a mean where ``w`` is right."""

        def __init__(self):
            super().__init__()
            self.kernel = nn.Conv2d(2, 1, 5, padding=2, bias=False)
            nn.init.constant_(self.kernel.weight, 0.01)

        def forward(self, x):
            return torch.where(x == 0, self.kernel(torch.cat([x, (x != 0).to(x)], 1)), x)

    model = ArtifactRemoval(Filler(), "adjoint")
    tuned = finetune(model, physics(x), physics, steps=100, rate=0.005)
    errors = [error(m, physics(x), physics) for m in (model, tuned)]
    assert errors[1] < 0.5 * errors[0]


def test_what_cannot_be_trained_is_refused():
    y, physics = noisy()
    model = ArtifactRemoval(nn.Identity(), "direct")
    with pytest.raises(ArgumentError, match="must have parameters"):
        finetune(model, y, physics)
    with pytest.raises(ArgumentError, match="lists of the same length"):
        finetune(model, [y, y], [physics])
    with pytest.raises(ArgumentError, match="`steps` must"):
        finetune(model, y, physics, steps=0)


class Brighter(nn.Module):
    """Adds a learned number."""

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.tensor(0.0))

    def forward(self, x):
        return x + self.weight


def test_what_fits_the_shown_entries_worse_is_not_taken():
    """A tenth of the pixels is held out and zero at the start: adding a number to all is better for these alone."""
    physics = Inpainting(torch.ones(32, 32))
    model, told = ArtifactRemoval(Brighter(), "direct"), []
    tuned = finetune(model, stripes(), physics, steps=40, rate=0.02, progress=lambda step, score: told.append(score))
    assert min(told) < 0.8  # the held-out error, which was 1
    assert tuned.network.weight.item() <= 0.1  # from here on the errors of all pixels together would be larger
