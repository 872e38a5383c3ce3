"""What a training changes, and the file from which it goes on."""

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from preimage.errors import ArgumentError, WeightsError
from preimage.files.atomic import replacing

__all__ = ["Trained", "read_checkpoint", "write_checkpoint", "write_weights", "write_whole"]


@dataclass(frozen=True)
class Trained:
    """All that a step changes: a network, its average, the optimizers' memory, and the factor on float16 losses."""

    network: nn.Module
    ema: nn.Module
    optimizers: tuple[torch.optim.Optimizer, ...]
    scaler: torch.amp.GradScaler | None = None

    def __post_init__(self) -> None:
        if not self.optimizers:
            raise ArgumentError(
                "`optimizers` must hold at least one optimizer, got none; pass e.g. [torch.optim.AdamW(...)]."
            )

    def rates(self) -> list[list[float]]:
        """The learning rates of every optimizer."""
        return [[group["lr"] for group in optimizer.param_groups] for optimizer in self.optimizers]

    def state(self) -> dict[str, Any]:
        """The tensors themselves, not copies."""
        return {
            "network": self.network.state_dict(),
            "ema": self.ema.state_dict(),
            "optimizers": [optimizer.state_dict() for optimizer in self.optimizers],
            **({"scaler": self.scaler.state_dict()} if self.scaler else {}),
        }

    def load(self, state: dict[str, Any]) -> None:
        """Copy ``state`` in."""
        self.network.load_state_dict(state["network"])
        self.ema.load_state_dict(state["ema"])
        for optimizer, saved in zip(self.optimizers, state["optimizers"], strict=True):
            optimizer.load_state_dict(copy.deepcopy(saved))  # it would keep the tensors it is given
        if self.scaler:
            self.scaler.load_state_dict(state["scaler"])


def write_whole(path: Path, write: Callable[[Path], object]) -> None:
    """Let ``write`` fill a file beside ``path``, then put it in its place: a kill leaves the old one or the new."""
    with replacing(path, overwrite=True) as beside:
        write(beside)


def write_weights(path: Path, state: Mapping[str, Tensor]) -> None:
    """Write ``state`` as safetensors."""
    from safetensors.torch import save_file

    tensors = {name: value.detach().cpu().contiguous() for name, value in state.items()}
    write_whole(path, lambda beside: save_file(tensors, beside))


def write_checkpoint(path: Path, trained: Trained, more: dict[str, Any]) -> None:
    """Write the state of ``trained`` and ``more``."""
    write_whole(path, lambda beside: torch.save({**trained.state(), **more}, beside))


def read_checkpoint(path: Path, trained: Trained) -> dict[str, Any]:
    """Load what :func:`write_checkpoint` wrote into ``trained``; returns it.

    Raises:
        WeightsError: the file is damaged, or of another network or other optimizers.
    """
    device = next((p.device for p in trained.network.parameters()), torch.device("cpu"))
    try:
        state = torch.load(path, map_location=device, weights_only=True)
        trained.load(state)
    except Exception as error:  # whatever torch says of a file that it cannot read
        raise WeightsError(
            f"`out` must hold a checkpoint of this run, got another in {path}; use a new folder."
        ) from error
    return state
