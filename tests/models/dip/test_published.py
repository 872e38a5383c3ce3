"""The settings of the publication: parameter counts and numbers of its table."""

import pytest
import torch

from preimage.models import DeepImagePrior
from preimage.models.dip import published


def _parameters(prior: DeepImagePrior, outputs: int = 3) -> int:
    assert prior.network is not None
    return sum(weight.numel() for weight in prior.network(prior.source.channels, outputs).parameters())


@pytest.mark.parametrize(
    ("prior", "parameters", "steps", "rate", "noise"),
    [
        (published.denoising(), 2_217_831, 1800, 0.01, 1 / 30),
        (published.denoising(50 / 255), 2_217_831, 1800, 0.01, 1 / 20),
        (published.jpeg_restoration(), 572_827, 2400, 0.01, 1 / 30),
        (published.superresolution(4), 2_217_831, 2000, 0.01, 0.03),
        (published.superresolution(8), 2_217_831, 4000, 0.01, 0.05),
        (published.inpainting_text(), 3_002_627, 6001, 0.01, 0.03),
        (published.inpainting_holes(), 2_157_955, 5001, 0.01, 0.03),
        (published.inpainting_regions(), 2_996_467, 3001, 0.01, 0.0),
        (published.missing_pixels(), 2_217_831, 11000, 0.001, 0.03),
        (published.few_pixels(), 1_027_379, 1000, 0.01, 0.0),
        (published.flash_no_flash(torch.zeros(3, 32, 32)), 2_184_307, 601, 0.1, 0.0),
    ],
)
def test_settings(prior: DeepImagePrior, parameters: int, steps: int, rate: float, noise: float) -> None:
    """The table of the supplementary material."""
    assert _parameters(prior) == parameters
    assert (prior.fit.max_steps, prior.fit.rate, prior.fit.input_noise) == (steps, rate, noise)
