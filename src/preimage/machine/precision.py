"""In which precision products are fast on this machine."""

import torch

__all__ = ["multiplies_bfloat16"]


def multiplies_bfloat16(device: torch.device | None = None) -> bool:
    """Whether products in bfloat16 are faster than in float32.

    Processors without instructions for bfloat16 emulate it, and then a step of training takes several times as long.

    Args:
        device: where they are computed; by default the GPU, where there is one of CUDA, and else the processor.
    """
    if device is None:
        device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    if device.type == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    return device.type == "cpu" and torch.cpu._is_avx512_bf16_supported()
