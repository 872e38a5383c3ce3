"""The options that all tasks share."""

from dataclasses import dataclass

from typing_extensions import TypedDict

__all__ = ["Options", "Settings"]


class Options(TypedDict, total=False):
    """Options of every function that restores, by keyword.

    Attributes:
        sigma: standard deviation of the noise in image units, a number or like ``"25/255"``; ``"auto"``, the default,
            estimates it.
        strength: factor on ``sigma``, > 0 and at most 100, 1 by default: more removes more noise, and detail.
        steps: how many steps the method takes, >= 1, by default the published number; for ``dip`` the most steps.
            Methods of a single pass have none.
        weights: name of the denoiser's weights in :mod:`preimage.zoo`, or a file of them; by default the compact
            DRUNet for grey or colour, or what suits the method.
        memory: the most memory that the process may take, like ``"2GB"`` or in bytes: the denoiser then works on tiles
            that fit, and ``dip`` refuses pictures that do not. No limit by default.
        device: where to compute: ``auto`` (the default: a GPU where there is one), ``cpu``, ``cuda`` or ``mps``.
        seed: seed of the random numbers that ``dip`` and ``posterior`` draw, 0 by default; a run repeats exactly on a
            CPU. Other methods draw none.
        trace: whether to note the data term of every step in the result's ``histories``, besides residual and time;
            ``dip`` always does, with the score by which it stops.
        search: how ``groupsc`` looks for similar patches: ``light`` (the default), as in training, or ``paper``, every
            pixel instead of every second or third.
        bits: how many bits a sample has, 1 to 32, where the file or array has room for more: black is 0 and white
            ``2**bits - 1``. By default the least of 8, 10, 12, 14 or 16 that holds the largest sample of a 16-bit
            picture.
        error_map: whether to tell, for each pixel and channel, within how much the truth lies with a probability of
            90 %; for ``denoise`` by ``drunet`` in five times the time, for ``deblur``, ``superresolve``, ``inpaint``
            by ``dpir`` and ``usr``, as far as they are calibrated, in no more time.
        samples: how many pictures to draw that explain what was measured, each as likely as it is; the result is
            their mean. By default none are drawn. For ``denoise``, ``deblur``, ``superresolve`` and ``inpaint`` by
            ``posterior``, which a number chooses where no method is named; each takes tens of passes of a denoiser.
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
    error_map: bool
    samples: int | None


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
    error_map: bool = False
    samples: int | None = None
