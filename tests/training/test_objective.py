from operator import attrgetter

import torch

from preimage.datasets import Batch, Simulated, TensorDataset
from preimage.loss import Ramp, SupLoss
from preimage.metric import MAE
from preimage.physics import Denoising, GaussianNoise
from preimage.training import Learning
from preimage.training.objective import BatchLoss, InPrecision, ModelAndLoss, local_physics, numbered
from tests.training.problems import PHYSICS, images, smooth


def test_the_loss_is_that_of_the_step_on_the_samples_of_the_step() -> None:
    data = Simulated(images(), PHYSICS)
    pair = ModelAndLoss(smooth(), Ramp(0.0, 1.0, 0, 10) * SupLoss() + SupLoss(MAE()))
    objective = BatchLoss(data, PHYSICS, 6, Learning(), 0, "cpu")
    value, terms = objective(0, pair, 5)
    later = data.at_epoch(5)  # six samples a step: step 5 is epoch 5
    y, x = (torch.stack([attribute(sample) for sample in later]) for attribute in (attrgetter("y"), attrgetter("x")))
    x_hat = pair.model(y, PHYSICS)
    mse, mae = (x_hat - x).square().mean(), (x_hat - x).abs().mean()
    torch.testing.assert_close(value, 0.5 * mse + mae)
    torch.testing.assert_close(dict(terms), {"SupLoss1": mse.detach(), "SupLoss2": mae.detach()})
    assert not terms["SupLoss1"].requires_grad


def test_parameters_of_samples_are_put_into_the_physics() -> None:
    sigma = torch.tensor([0.1, 0.3])
    data = TensorDataset(torch.zeros(2, 1, 4, 4), torch.zeros(2, 1, 4, 4), {"sigma": sigma})
    told = []

    class Spy(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.weight = torch.nn.Parameter(torch.zeros(()))

        def forward(self, y, physics):
            told.append(physics.noise.sigma)
            return y + self.weight

    BatchLoss(data, Denoising(GaussianNoise(0.5)), 2, Learning(), 0, "cpu")(0, ModelAndLoss(Spy(), SupLoss()), 0)
    assert sorted(told[0].tolist()) == sorted(sigma.tolist())
    assert local_physics(PHYSICS, Batch()) is PHYSICS


def test_half_precision_is_inside_the_model() -> None:
    model, y = smooth(), torch.rand(1, 1, 8, 8)
    low = InPrecision(model, torch.bfloat16)(y, PHYSICS)
    assert low.dtype == torch.float32
    assert not torch.equal(low, model(y, PHYSICS))
    torch.testing.assert_close(low, model(y, PHYSICS), rtol=0, atol=0.02)


def test_numbers_behind_names_that_are_there_twice() -> None:
    assert numbered(["a", "b", "a"]) == ["a1", "b", "a2"]
