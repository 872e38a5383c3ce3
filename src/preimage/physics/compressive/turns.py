"""What the diagonals of a structured random projection multiply by."""

from functools import lru_cache

import torch
from torch import Tensor
from torch.nn import Parameter

from preimage.machine.compiler import is_recorded
from preimage.transform.transfer import KernelValues

__all__ = ["factors_of_turns"]

_KEPT = 4  # sets of factors kept between calls, each of at most so many numbers
_MOST = 1 << 20


def factors_of_turns(turns: Tensor, like: Tensor, scale: float, back: bool = False) -> Tensor:
    """``exp(i turns)``, or its conjugate; where turns are booleans, -1 where they are true, else 1; the first scaled.

    An iteration asks for the same phases in every step, which takes as long as its transforms: the last ones are kept,
    found again by the values of the angles. Do not write to them.

    Args:
        turns: booleans, or angles in radians, (L, N).
        like: the result has its precision; signs are complex if it is.
        scale: a factor of the first row.
        back: the conjugates.

    Shapes: like ``turns``.
    """
    if turns.dtype == torch.bool:
        signs = turns.to(like.real.dtype).mul_(-2).add_(1)
        signs[0] *= scale
        return signs.to(like.dtype)
    dtype = like.real.dtype
    is_plain = type(turns) in (Tensor, Parameter) and turns.device.type == "cpu" and not is_recorded(turns)
    if is_plain and 0 < turns.numel() <= _MOST and turns.dtype in (torch.float32, torch.float64):
        values = KernelValues(turns.detach().numpy().tobytes(), turns.dtype, tuple(turns.shape))
        return _kept(values, dtype, scale, back)
    return _phases(turns, dtype, scale, back)


@lru_cache(maxsize=_KEPT)
def _kept(turns: KernelValues, dtype: torch.dtype, scale: float, back: bool) -> Tensor:
    with torch.inference_mode(False), torch.no_grad():  # a tensor made for inference cannot be used outside of it
        angles = torch.frombuffer(bytearray(turns.values), dtype=turns.dtype).reshape(turns.shape)
        return _phases(angles, dtype, scale, back)


def _phases(turns: Tensor, dtype: torch.dtype, scale: float, back: bool) -> Tensor:
    angles = turns.to(dtype)
    # A third of the time of `polar`.
    factors = torch.complex(angles.cos(), (-angles if back else angles).sin())
    return torch.cat([scale * factors[:1], factors[1:]])
