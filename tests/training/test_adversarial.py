import pytest
import torch

from preimage.datasets import TensorDataset
from preimage.errors import ArgumentError
from preimage.loss import (
    DCGANDiscriminator,
    PatchDiscriminator,
    SupAdversarialDiscriminatorLoss,
    SupAdversarialGeneratorLoss,
    SupLoss,
    UNetDiscriminator,
)
from preimage.metric import PSNR
from preimage.training import AdversarialTrainer, Learning, TrainingProgress, TrainingSteps, WarmupStableDecay
from preimage.training.log import read_rows
from tests.doubles import Killed
from tests.training.problems import PHYSICS, smooth


def adversarial(**changes):
    torch.manual_seed(0)
    discriminator = PatchDiscriminator(1, 4, 1)
    data = TensorDataset(torch.rand(4, 1, 8, 8, generator=torch.Generator().manual_seed(0)))
    usual = {
        "model": smooth(), "physics": PHYSICS, "train": data, "validation": data, "metrics": (PSNR(),), "batch": 2,
        "loss": SupLoss() + 0.1 * SupAdversarialGeneratorLoss(discriminator), "check_every": 3, "sheet": 0,
        "discriminator_loss": SupAdversarialDiscriminatorLoss(discriminator), "budget": TrainingSteps(6),
        "learning": Learning(1e-2, schedule=lambda steps: WarmupStableDecay(steps, 1)),
    }  # fmt: skip
    return AdversarialTrainer(**{**usual, **changes})


def test_both_networks_learn_and_go_on_from_a_kill(tmp_path) -> None:
    class Dies(TrainingProgress):
        def on_step(self, step, loss):
            if step == 5:
                raise Killed

    one = adversarial()
    whole = one.fit(tmp_path / "whole")
    with pytest.raises(Killed):
        one.fit(tmp_path / "cut", progress=Dies())
    one.fit(tmp_path / "cut")
    states = [torch.load(tmp_path / name / "checkpoint.pt", weights_only=True)["network"] for name in ("whole", "cut")]
    assert all(torch.equal(states[0][name], states[1][name]) for name in states[0])
    start = one.discriminator_loss.state_dict()
    moved = [name for name in start if not torch.equal(states[0][f"loss.losses.2.{name}"], start[name])]
    assert moved
    assert not torch.equal(whole.last.layers[0].weight, one.model.layers[0].weight)
    row = read_rows(tmp_path / "whole" / "log.csv")[0]
    assert {"loss/SupLoss", "loss/SupAdversarialGeneratorLoss", "loss/SupAdversarialDiscriminatorLoss"} <= set(row)


def test_a_rate_of_its_own_leaves_the_discriminator_or_the_model_still(tmp_path) -> None:
    still = adversarial(discriminator_rate=1e-30)
    still.fit(tmp_path)
    state = torch.load(tmp_path / "checkpoint.pt", weights_only=True)["network"]
    start = still.discriminator_loss.state_dict()
    for name, value in start.items():
        torch.testing.assert_close(state[f"loss.losses.2.{name}"], value, rtol=0, atol=1e-20)


@pytest.mark.parametrize("make", [lambda: DCGANDiscriminator(1, 8, 2), lambda: UNetDiscriminator(1, 2)])
def test_any_discriminator_learns_beside_the_model(make, tmp_path) -> None:
    discriminator = make()
    trainer = adversarial(
        loss=SupLoss() + 0.1 * SupAdversarialGeneratorLoss(discriminator), budget=TrainingSteps(2),
        discriminator_loss=SupAdversarialDiscriminatorLoss(discriminator),
    )  # fmt: skip
    result = trainer.fit(tmp_path)
    state = torch.load(tmp_path / "checkpoint.pt", weights_only=True)["network"]
    start = dict(discriminator.named_parameters())
    moved = [not torch.equal(state[f"loss.losses.2.discriminator.{name}"], value) for name, value in start.items()]
    assert all(moved)
    assert not torch.equal(result.last.layers[0].weight, trainer.model.layers[0].weight)


def test_a_discriminator_is_needed() -> None:
    with pytest.raises(ArgumentError, match="`discriminator_loss` must be a loss that owns a network"):
        adversarial(discriminator_loss=None)
    with pytest.raises(ArgumentError, match="`discriminator_loss`"):
        adversarial(discriminator_loss=SupLoss())
