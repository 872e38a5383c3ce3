"""The loss of a step of a trainer: that of a model on the samples of the step."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from preimage._tree import Measurement, leaves
from preimage.datasets import Batch, Dataset
from preimage.datasets.draws import generator_of
from preimage.errors import ArgumentError
from preimage.loss import Loss, LossInputs, Model
from preimage.machine import processes
from preimage.physics import Physics
from preimage.training.batches import batch_of_step, samples_of_step
from preimage.training.learning import Learning

__all__ = ["BatchLoss", "ModelAndLoss", "local_physics", "numbered"]


class ModelAndLoss(nn.Module):
    """A model and its loss, whose parameters are learned together."""

    def __init__(self, model: nn.Module, loss: Loss) -> None:
        super().__init__()
        self.model = model
        self.loss = loss


@dataclass(frozen=True)
class InPrecision:
    """A model whose convolutions and matrix products are computed in another precision.

    Attributes:
        model: ``model(y, physics)``.
        dtype: the precision; ``None`` leaves it as it is.
    """

    model: Model
    dtype: torch.dtype | None

    def __call__(self, y: Measurement, physics: Physics) -> Tensor:
        """The reconstruction, in the precision of ``y``."""
        if self.dtype is None:
            return self.model(y, physics)
        like = leaves(y)[0]
        with torch.autocast(like.device.type, self.dtype):
            x_hat = self.model(y, physics)
        return x_hat if x_hat.is_complex() else x_hat.to(like.real.dtype)


@dataclass(frozen=True, eq=False)
class BatchLoss:
    """The mean loss over the samples of a step, or over a part of them.

    Args:
        data: the training data, with measurements.
        physics: what measured them, but for the parameters that they bring.
        batch: samples a step.
        learning: the number of parts, and the precision.
        seed: the seed of the order of samples and of the loss.
        device: where to compute.
    """

    data: Dataset
    physics: Physics
    batch: int
    learning: Learning
    seed: int
    device: str

    def __call__(self, part: int, network: nn.Module, step: int) -> tuple[Tensor, Mapping[str, Tensor]]:
        """The loss of a :class:`ModelAndLoss`, and the mean of each of its terms, without weights."""
        assert isinstance(network, ModelAndLoss)
        size = self.batch // self.learning.accumulate
        share = processes.share(size)
        places = samples_of_step(len(self.data), self.batch, self.seed, step)[part * size : (part + 1) * size][share]
        batch = batch_of_step(self.data, places).to(self.device)
        number = part * processes.count() + processes.rank()
        rng = generator_of("loss", self.seed, step, number)
        devices = [torch.device(self.device)] if self.device.startswith("cuda") else []
        with torch.random.fork_rng(devices=devices):  # dropout draws from the global generators
            torch.manual_seed(int(torch.randint(2**62, (), generator=rng)))
            return self._of(network, batch, step, rng)

    def _of(
        self, network: ModelAndLoss, batch: Batch, step: int, rng: torch.Generator
    ) -> tuple[Tensor, Mapping[str, Tensor]]:
        loss, physics = network.loss.at(step), local_physics(self.physics, batch)
        if loss.needs_truth and batch.x is None:
            raise ArgumentError(
                f"`train` must hold images for {type(network.loss).__name__}, got measurements only; take a loss that "
                "needs no truth, such as SplittingLoss."
            )
        model = InPrecision(network.model, _DTYPES[self.learning.precision])
        x_hat = model(batch.y, physics) if loss.needs_estimate else None
        terms = loss.terms(LossInputs(x_hat, batch.x, batch.y, physics, model, rng))
        names = [term.name for term in terms]
        means: dict[str, Tensor] = {}
        for number, term in enumerate(terms):
            once = names.count(term.name) == 1
            means[term.name if once else f"{term.name}{names[:number].count(term.name) + 1}"] = (
                term.value.detach().mean()
            )
        return torch.stack([term.weight * term.value.mean() for term in terms]).sum(), means


_DTYPES = {"float32": None, "bfloat16": torch.bfloat16, "float16": torch.float16}


def local_physics(physics: Physics, batch: Batch) -> Physics:
    """The physics with the parameters of a batch in place."""
    return physics.replace(**batch.params) if batch.params else physics


def numbered(names: Sequence[str]) -> list[str]:
    """The names, with numbers behind those that are there twice."""
    return [name if names.count(name) == 1 else f"{name}{names[:n].count(name) + 1}" for n, name in enumerate(names)]
