import pytest
import torch
from safetensors.torch import load_file
from torch import nn

from preimage.datasets import TensorDataset
from preimage.errors import ArgumentError, WeightsError
from preimage.loss import Loss, SupLoss
from preimage.metric import MAE, MSE, PSNR
from preimage.training import (
    Callback,
    Epochs,
    Hours,
    Learning,
    Trainer,
    TrainingProgress,
    TrainingSteps,
    WarmupStableDecay,
)
from preimage.training import test as score_model
from preimage.training.log import read_rows
from tests.doubles import Killed
from tests.training.problems import PHYSICS, images, noisy, smooth, trainer


class Dies(TrainingProgress):
    def __init__(self, step):
        self.step = step

    def on_step(self, step, loss):
        if step == self.step:
            raise Killed


def bytes_of(folder):
    return {
        path.name: path.read_bytes() for path in sorted(folder.rglob("*")) if path.suffix in {".safetensors", ".png"}
    }


def rows_of(folder):
    return [{**row, "seconds": ""} for row in read_rows(folder / "log.csv")]


@pytest.mark.parametrize("dropout", [0.0, 0.3])
def test_a_run_killed_again_and_again_ends_with_the_same_files(tmp_path, dropout):
    """Weights, best weights, pictures and log, with dropout, too."""
    one = trainer(model=smooth(dropout=dropout))
    whole = one.fit(tmp_path / "whole")
    for step in (2, 5, 7, 8, 11):
        with pytest.raises(Killed):
            trainer(model=smooth(1, dropout=dropout) if step > 2 else one.model).fit(
                tmp_path / "cut", progress=Dies(step)
            )
    cut = one.fit(tmp_path / "cut")
    assert bytes_of(tmp_path / "whole") == bytes_of(tmp_path / "cut")
    assert rows_of(tmp_path / "whole") == rows_of(tmp_path / "cut")
    assert (cut.score, cut.best_step, cut.step) == (whole.score, whole.best_step, 12)


def test_sessions_that_end_between_checks_choose_the_same_best_weights(tmp_path):
    one = trainer()
    whole = one.fit(tmp_path / "whole")
    sessions = 0
    while not (cut := one.fit(tmp_path / "cut", time_limit=0.0)).finished:
        sessions += 1
    assert sessions == 11
    assert bytes_of(tmp_path / "whole") == bytes_of(tmp_path / "cut")
    assert (cut.score, cut.best_step) == (whole.score, whole.best_step)


def test_the_model_returned_is_the_best_on_the_validation_data(tmp_path):
    """With a rate that ruins the model at the end, the last weights are worse than the best."""

    learning = Learning(0.3, ema_decay=0.0, clip=1e9, schedule=lambda steps: WarmupStableDecay(steps, 1, 0.01))
    one = trainer(learning=learning, check_every=1, budget=TrainingSteps(20))
    found = one.fit(tmp_path)
    rows = read_rows(tmp_path / "log.csv")
    scores = [float(row["validation/PSNR"]) for row in rows]
    assert found.score == max(scores)
    assert found.best_step == 1 + scores.index(max(scores))
    told = [
        float(score_model(model, one.validation, PHYSICS, [PSNR()], seed=1).scores["Denoising"]["PSNR"].mean())
        for model in (found.model, found.last)
    ]
    assert told == pytest.approx([max(scores), scores[-1]], abs=1e-4)
    for name, model in (("best", found.model), ("last", found.last)):
        state = load_file(tmp_path / f"{name}.safetensors")
        assert all(torch.equal(state[key], value) for key, value in model.state_dict().items())
    assert scores[-1] < max(scores)


def test_a_metric_of_which_less_is_better_chooses_the_least(tmp_path):
    found = trainer(best_by="MSE", check_every=1).fit(tmp_path)
    assert found.score == min(float(row["validation/MSE"]) for row in read_rows(tmp_path / "log.csv"))


def test_the_log_tells_rates_gradients_and_each_loss_apart(tmp_path):
    one = trainer(loss=SupLoss(MSE()) + 0.25 * SupLoss(MAE()))
    one.fit(tmp_path)
    row = rows_of(tmp_path)[-1]
    first, second = float(row["loss/SupLoss1"]), float(row["loss/SupLoss2"])
    assert float(row["loss"]) == pytest.approx(first + 0.25 * second, rel=1e-5)
    assert {"learning_rate", "gradient_norm", "validation/PSNR", "validation/MSE", "validation/loss"} <= set(row)
    assert [row["step"] for row in rows_of(tmp_path)] == ["4", "8", "12"]
    assert sorted(path.name for path in (tmp_path / "images").iterdir()) == [f"step-{n:07d}.png" for n in (4, 8, 12)]


def test_nothing_of_the_trainer_changes_and_no_other_folder_is_made(tmp_path):
    one = trainer()
    before = {name: value.clone() for name, value in one.model.state_dict().items()}
    one.fit(tmp_path / "run")
    assert all(torch.equal(before[name], value) for name, value in one.model.state_dict().items())
    names = sorted(path.name for path in (tmp_path / "run").iterdir())
    assert names == ["best.safetensors", "checkpoint.pt", "images", "last.safetensors", "log.csv"]
    assert torch.load(tmp_path / "run" / "checkpoint.pt", weights_only=True)["step"] == 12


def test_a_folder_with_a_training_is_not_overwritten(tmp_path):
    trainer().fit(tmp_path)
    with pytest.raises(ArgumentError, match="must be a new one"):
        trainer().fit(tmp_path, resume=False)
    with pytest.raises(WeightsError, match="use a new folder"):
        trainer(model=smooth(width=5)).fit(tmp_path)


@pytest.mark.parametrize("parts", [2, 4])
def test_parts_of_a_batch_have_the_gradient_of_the_whole(tmp_path, parts):
    whole = trainer(learning=Learning(1e-2)).fit(tmp_path / "whole")
    found = trainer(learning=Learning(1e-2, accumulate=parts)).fit(tmp_path / "parts")
    for name, value in whole.last.state_dict().items():
        torch.testing.assert_close(found.last.state_dict()[name], value, rtol=0, atol=1e-5)


@pytest.mark.parametrize("precision", ["bfloat16", "float16"])
def test_lower_precision_learns_alike_and_resumes(tmp_path, precision):
    one = trainer(learning=Learning(1e-2, precision=precision))
    whole = one.fit(tmp_path / "whole")
    with pytest.raises(Killed):
        one.fit(tmp_path / "cut", progress=Dies(7))
    one.fit(tmp_path / "cut")
    assert bytes_of(tmp_path / "whole") == bytes_of(tmp_path / "cut")
    plain = trainer(learning=Learning(1e-2)).fit(tmp_path / "plain")
    assert whole.score == pytest.approx(plain.score, abs=0.3)
    assert all(value.dtype == torch.float32 for value in whole.model.state_dict().values())


def test_measurements_alone_are_enough_and_the_loss_then_chooses(tmp_path):
    class Residual(Loss):
        """It differentiates the model, in validation, too."""

        def evaluate(self, inputs):
            y = inputs.y.detach().requires_grad_()
            x_hat = inputs.model(y, inputs.physics)
            (slope,) = torch.autograd.grad(x_hat.sum(), y, create_graph=True)
            return (x_hat - y).square().mean((1, 2, 3)) + 0.01 * slope.square().mean((1, 2, 3))

    found = trainer(loss=Residual(), train=noisy(), validation=noisy(4, 1), check_every=1).fit(tmp_path)
    assert found.score == min(float(row["validation/loss"]) for row in read_rows(tmp_path / "log.csv"))
    with pytest.raises(ArgumentError, match="must hold images for SupLoss"):
        trainer(train=noisy()).fit(tmp_path / "other")


def test_parameters_of_the_loss_are_learned_and_resumed(tmp_path):
    class Weighted(Loss):
        needs_truth = True

        def __init__(self):
            super().__init__()
            self.offset = nn.Parameter(torch.zeros(()))

        def evaluate(self, inputs):
            return (inputs.estimate() + self.offset - inputs.truth()).square().mean((1, 2, 3))

    loss = Weighted()
    trainer(loss=loss).fit(tmp_path)
    state = torch.load(tmp_path / "checkpoint.pt", weights_only=True)["network"]
    assert float(state["loss.offset"]) != 0
    assert float(loss.offset.detach()) == 0
    assert not any("offset" in name for name in load_file(tmp_path / "last.safetensors"))


def test_the_model_is_measured_in_evaluation_mode_and_trained_in_the_other(tmp_path):
    model = smooth(dropout=0.5)
    modes = []

    class Spy(Loss):
        needs_truth = True

        def evaluate(self, inputs):
            inner = getattr(inputs.model, "model", inputs.model)
            modes.append(inner.layers.training)
            return (inputs.estimate() - inputs.truth()).square().mean((1, 2, 3))

    trainer(model=model, loss=Spy(), check_every=2, budget=TrainingSteps(4), validation=images(2, 1)).fit(tmp_path)
    assert modes == [True, True, False, True, True, False]


def test_epochs_count_images_and_hours_are_planned_once(tmp_path):
    assert trainer(budget=Epochs(3), batch=4).fit(tmp_path / "epochs").step == 5  # 3 times 6 images, 4 a step
    first = trainer(budget=Hours(0.5 / 3600)).fit(tmp_path / "hours", time_limit=0.0)
    plan = (tmp_path / "hours" / "plan.json").read_text()
    found = trainer(budget=Hours(0.5 / 3600)).fit(tmp_path / "hours")
    assert not first.finished
    assert found.finished
    assert (tmp_path / "hours" / "plan.json").read_text() == plan
    with pytest.raises(ArgumentError, match="use a new folder"):
        trainer(budget=Hours(1)).fit(tmp_path / "hours")


def test_a_callback_can_stop_it_and_loggers_hear_every_row(tmp_path):
    class Stops(Callback):
        def __init__(self):
            self.asked = []

        def stops(self):
            self.asked.append(True)
            return len(self.asked) == 5

    class Remembers:
        def __init__(self):
            self.rows = []

        def log(self, row, step):
            self.rows.append((step, row["loss"]))

    logger = Remembers()
    found = trainer(callbacks=[Stops()], loggers=[logger]).fit(tmp_path)
    assert (found.step, found.finished) == (5, False)
    assert [step for step, _ in logger.rows] == [4, 5]


def test_without_validation_the_last_weights_are_returned(tmp_path):
    found = trainer(validation=None).fit(tmp_path)
    assert found.score is None
    assert found.model is found.last
    assert not (tmp_path / "best.safetensors").exists()


def test_arguments_are_checked():
    with pytest.raises(ArgumentError, match="`batch` must be a multiple of the 3 parts"):
        trainer(learning=Learning(accumulate=3))
    with pytest.raises(ArgumentError, match="`best_by` must be one of PSNR, MSE, loss"):
        trainer(best_by="SSIM")
    assert isinstance(trainer(), Trainer)
    assert isinstance(images(), TensorDataset)
