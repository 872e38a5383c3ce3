"""The options that all reconstructions share."""

from dataclasses import dataclass
from typing import ClassVar, Literal

__all__ = ["ScanSettings"]


@dataclass(frozen=True)
class ScanSettings:
    """Options of every reconstruction, as users give them; what is ``None`` is left to the method.

    Args:
        method: how the image is found; the usual one where nothing is given.
        steps: steps of an iterative method.
        weight: weight of the prior against the log-likelihood of the noise: a number, or auto, which finds it.
        sigma: standard deviation of the noise of the measurement, in its unit: a number, or auto, which estimates it.
        key: name of the array in a file that holds several.
        memory: limit for the process, like 2GB: what would need more is refused.
        device: where to compute; auto takes a GPU where there is one.
        threads: CPU threads.
    """

    method: str = ""
    steps: int | None = None
    weight: float | Literal["auto"] | None = None
    sigma: float | Literal["auto"] | None = None
    key: str | None = None
    memory: str | None = None
    device: Literal["auto", "cpu", "cuda", "mps"] = "auto"
    threads: int | None = None

    # Options that name files, and texts that may.
    paths: ClassVar[tuple[str, ...]] = ()
    texts: ClassVar[tuple[str, ...]] = ()
