"""What is unknown of a picture, found from the picture alone: its noise, and the traces of what was done to it.

Each part loads when its name is first asked for.
"""

from typing import TYPE_CHECKING, Any

from preimage._lazy import lazy_name

if TYPE_CHECKING:
    from preimage.blind.jpeg import JPEGTraces, find_jpeg
    from preimage.blind.kernel import KernelEstimate, estimate_kernel
    from preimage.blind.noise import NoiseEstimate, estimate_noise
    from preimage.blind.rescaling import RescalingTraces, find_rescaling

__all__ = [
    "JPEGTraces",
    "KernelEstimate",
    "NoiseEstimate",
    "RescalingTraces",
    "estimate_kernel",
    "estimate_noise",
    "find_jpeg",
    "find_rescaling",
]

_HOMES = {
    "preimage.blind.jpeg": ("JPEGTraces", "find_jpeg"),
    "preimage.blind.kernel": ("KernelEstimate", "estimate_kernel"),
    "preimage.blind.noise": ("NoiseEstimate", "estimate_noise"),
    "preimage.blind.rescaling": ("RescalingTraces", "find_rescaling"),
}


def __getattr__(name: str) -> Any:
    """Import a part when it is first asked for."""
    return lazy_name(__name__, name, _HOMES)


def __dir__() -> list[str]:
    return __all__
