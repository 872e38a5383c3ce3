"""How much each data step trusts the measurement, and how much noise each stage removes."""

import math

import torch
from torch import Tensor, nn

from preimage.models.ram.system import System

__all__ = ["Conditioning"]

# The levels at the start of a training, as shares of the size of the image: first and last stage, and the error that is
# left for the last data step. Those of DPIR are 49/255 of the largest value and the noise.
_FIRST, _LAST, _LEFT = 0.3, 0.008, 0.01
# The weight of the data in DPIR, 0.23, on a logarithmic scale.
_WEIGHT = -1.5
# The first of two solutions to start from is smoother than the second by this factor of the level.
_SMOOTHER = math.exp(-1.5)
_LIMITS = (-16.0, 6.0)


class Conditioning(nn.Module):
    """Shifts of the data steps and levels of the denoiser, from two numbers that have no unit.

    These are the level of the noise over the size of the image, and the mean eigenvalue of ``A^H A`` over its gain. At
    the start of a training levels ``s_k`` fall geometrically to that of the noise, and the shift of a data step is
    ``0.22 (sigma / s_k)^2``, about as in DPIR.

    Args:
        stages: the number of stages.
        hidden: width of the two hidden layers.
    """

    def __init__(self, stages: int, hidden: int) -> None:
        super().__init__()
        self.stages = stages
        last = nn.Linear(hidden, 2 * stages + 2)
        self.mlp = nn.Sequential(nn.Linear(2, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU(), last)
        nn.init.zeros_(last.weight)
        nn.init.zeros_(last.bias)

    def forward(self, system: System) -> tuple[Tensor, Tensor]:
        """Shifts, (B, stages + 2), of a smooth start, of each stage and of the end; levels (B, stages), image units."""
        noise = system.ratio.log()
        known = torch.stack([noise, system.mean_gain.clamp_min(1e-6).log()], 1)
        drawn = self.mlp((known / 4).to(next(self.parameters()).dtype)).to(known.dtype)
        share = torch.linspace(0, 1, self.stages, dtype=known.dtype, device=known.device)
        first, last = (noise.clamp_min(math.log(least))[:, None] for least in (_FIRST, _LAST))
        levels = first * (1 - share) + last * share + drawn[:, : self.stages]
        left = torch.full_like(last, math.log(_LEFT))
        errors = torch.cat([levels[:, :1] + math.log(_SMOOTHER), levels, left], 1)
        shifts = 2 * (noise[:, None] - errors) + _WEIGHT + drawn[:, self.stages :]
        return shifts.clamp(*_LIMITS).exp(), system.size[:, None] * levels.exp()
