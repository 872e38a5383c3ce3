"""How good a model is while it is trained."""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn

from preimage.metric import PSNR
from preimage.models.sparse import SC
from preimage.training.recipes.groupsc.degradations import Degradation

__all__ = ["validation"]


def validation(
    task: Degradation, images: Sequence[Tensor], side: int, crops: int = 16
) -> Callable[[int, nn.Module], dict[str, float]]:
    """A measure of a network: mean PSNR in dB over the same ``crops`` crops of ``side`` pixels at every call.

    The estimates are those of blocks, cut by as much as a patch reaches, so that they are those inside a picture.
    """
    batch = task.batch(images, crops, side, torch.Generator().manual_seed(0))

    @torch.no_grad()
    def measure(step: int, network: nn.Module) -> dict[str, float]:
        assert isinstance(network, SC)
        margin = network.patch - 1
        inside = slice(margin, -margin)
        scores = []
        for number in range(crops):
            one = batch.part(slice(number, number + 1)).to(network.encoder.device)
            estimate = network.estimate(one.measured, one.level, one.mask)[..., inside, inside].clamp(0, 1)
            scores.append(PSNR()(estimate, one.clean[..., inside, inside]).cpu())
        return {"psnr": float(torch.cat(scores).mean())}

    return measure
