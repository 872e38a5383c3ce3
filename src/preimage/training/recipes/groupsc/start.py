"""Where a training starts: at a dictionary learned from patches, or at the weights of another one."""

from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor

from preimage.errors import WeightsError
from preimage.models.sparse import SC
from preimage.training.recipes.groupsc.degradations import Degradation
from preimage.training.recipes.groupsc.dictionary import learn_dictionary

__all__ = ["from_file", "from_images"]


@torch.no_grad()
def from_images(images: Sequence[Tensor], task: Degradation, model: SC, count: int, seed: int) -> dict[str, Tensor]:
    """The state of ``model`` with a dictionary of ``count`` clean patches, and the thresholds where ``task`` starts."""
    clean = [image[: task.channels] for image in images]
    model.start_from(learn_dictionary(clean, model.patch, model.initial.shape[1], count=count, seed=seed))
    model.thresholds.copy_(task.thresholds()[:, None, None].expand_as(model.thresholds))
    return dict(model.state_dict())


def from_file(path: Path, model: SC) -> dict[str, Tensor]:
    """The weights in a file as those of ``model``, of which it must have all but may have more.

    Thresholds for as many levels are taken as they are, level by level, whatever the levels mean; of thresholds for
    another number of levels the first set, that of the weakest degradation, is taken for all.

    Raises:
        WeightsError: the file cannot be read, or its weights are of a model of another kind or size.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        state = load_file(path)
    except (OSError, SafetensorError) as error:
        raise WeightsError(f"`start` must be a file of weights, got {path} ({error}); check the name.") from error
    mine = model.state_dict()
    thresholds = state.get("thresholds", torch.empty(0))
    if thresholds.shape[1:] == mine["thresholds"].shape[1:] and len(thresholds) != len(mine["thresholds"]):
        state["thresholds"] = thresholds[:1].expand_as(mine["thresholds"])
    state["levels"] = mine["levels"]
    wrong = [name for name in mine if name not in state or state[name].shape != mine[name].shape]
    if wrong:
        raise WeightsError(
            f"`start` must hold the weights of a sparse model of this size, got others in {path} ({', '.join(wrong)}); "
            "take some trained for as many channels."
        )
    return state
