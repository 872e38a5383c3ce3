"""Where iterations that look for a norm begin."""

import torch
from torch import Tensor
from torch.overrides import handle_torch_function, has_torch_function_unary

__all__ = ["SEED", "random_start"]

SEED = 0


def random_start(like: Tensor) -> Tensor:
    """A random image like ``like``, the same every time and for all samples: the start of Lanczos' method."""
    if has_torch_function_unary(like):
        return handle_torch_function(random_start, (like,), like)
    start = torch.randn((1, *like.shape[1:]), generator=torch.Generator().manual_seed(SEED), dtype=like.dtype)
    return start.to(like.device).expand(like.shape).clone()
