"""The options that all tasks share."""

from dataclasses import dataclass

from typing_extensions import TypedDict

__all__ = ["Options", "Settings"]


class Options(TypedDict, total=False):
    """Options of every function that restores, by keyword.

    Attributes:
        sigma: standard deviation of the noise in image units, a number or like ``"25/255"``; ``"auto"``, the default,
            estimates it.
        strength: factor on ``sigma``: more removes more noise and detail; 1 by default.
        steps: of the method, the published number by default; the most for ``dip``. Methods of a single pass have none.
        weights: a name of :mod:`preimage.zoo`; by default the compact DRUNet for grey or colour, or what suits the
            method.
        memory: a limit for the process, like ``"2GB"``: the denoiser then works on tiles that fit; ``dip`` refuses
            pictures that do not.
        device: ``auto`` (the default: a GPU where there is one), ``cpu``, ``cuda`` or ``mps``.
        seed: of the random numbers of ``dip``, which repeats exactly on a CPU; other methods draw none; 0 by default.
        trace: whether to note the data term of every step in the result's ``histories``, besides residual and time;
            ``dip`` always does, with the score by which it stops.
        search: how ``groupsc`` looks for similar patches: ``light`` (the default), as in training, or ``paper``, every
            pixel instead of every second or third.
        bits: of the samples of a file or array, 0 to ``2**bits - 1`` for black to white, where there is room for more.
            By default it is told by the largest sample of a 16-bit picture: 8, 10, 12, 14 or 16.
    """

    sigma: float | str
    strength: float
    steps: int | None
    weights: str | None
    memory: str | int | None
    device: str
    seed: int
    trace: bool
    search: str
    bits: int | None


@dataclass(frozen=True)
class Settings:
    """The values of :class:`Options`, and those that only a repetition sets.

    Attributes:
        sigma: the noise level; one for each picture in a tuple.
        tile: side of the tiles; from ``memory`` where ``None``.
        threads: CPU threads; left as they are where ``None``.
    """

    sigma: float | str | tuple[float, ...] = "auto"
    strength: float = 1.0
    steps: int | None = None
    weights: str | None = None
    memory: str | int | None = None
    device: str = "auto"
    seed: int = 0
    trace: bool = False
    tile: int | None = None
    threads: int | None = None
    search: str = "light"
    bits: int | None = None
