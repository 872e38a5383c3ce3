import pytest
import torch

from preimage.metric import MSE, PSNR, Metric
from preimage.testing import check_metric
from tests.example import random

X, X_HAT = random(2, 3, 5, 7), random(2, 3, 5, 7, seed=1)


class Together(Metric):
    """One value for the batch."""

    def forward(self, x_hat, x):
        return (x_hat - x).square().mean().expand(len(x))


class Summed(Metric):
    def forward(self, x_hat, x):
        return (x_hat - x).square().sum()


class UpsideDown(MSE):
    higher_is_better = True


class Biased(Metric):
    """Brighter is better."""

    def forward(self, x_hat, x):
        return -x_hat.flatten(1).mean(1)


class Writing(MSE):
    def forward(self, x_hat, x):
        return super().forward(x_hat, x.sub_(0.1))


@pytest.mark.parametrize("metric", [MSE(), PSNR()])
def test_a_metric_passes(metric):
    check_metric(metric, X_HAT.clone(), X.clone())


@pytest.mark.parametrize(
    ("metric", "message"),
    [
        (Together(), "of one image, against the batch"),
        (Summed(), r"shape \(\), want \(2,\)"),
        (UpsideDown(), "no better than"),
        (Biased(), "no better than"),
        (Writing(), "changed its argument"),
    ],
)
def test_faults_are_found(metric, message):
    with pytest.raises(AssertionError, match=f"{type(metric).__name__}: .*{message}"):
        check_metric(metric, torch.maximum(X_HAT, X + 0.01), X.clone())
