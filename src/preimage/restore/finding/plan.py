"""What is done to a picture, and in which order."""

import math
from dataclasses import dataclass

from preimage.models.sparse.levels import jpeg_level
from preimage.physics.codec.jpeg_tables import luma_steps
from preimage.restore.finding.findings import PictureFindings
from preimage.restore.frame.level import Level
from preimage.restore.frame.method import Method
from preimage.restore.frame.task import Task
from preimage.restore.table import find_method, find_task
from preimage.restore.tasks.deblock import Deblock
from preimage.restore.tasks.denoise import Denoise
from preimage.restore.tasks.superresolve import as_camera

__all__ = ["ChainStage", "describe_stages", "jpeg_noise", "plan_stages"]

# What `crisp` leaves of the noise, and how much wider it takes the camera's blur to be.
_CRISP, _WIDER = 0.7, 1.35
_WIDTHS = {2: 0.7, 3: 1.0, 4: 1.3}  # the usual ones, in pixels of the result


@dataclass(frozen=True)
class ChainStage:
    """One restoration of several.

    Attributes:
        task: what is undone.
        method: how.
        words: what it does, after "it".
        level: how degraded the picture is; ``None``: that is found when its turn comes.
        sigma: the noise level, where the rest of the level is found when its turn comes.
        strength: a factor on the level.
    """

    task: Task
    method: Method
    words: str
    level: Level | None = None
    sigma: float | None = None
    strength: float = 1.0


def plan_stages(
    findings: PictureFindings, scale: int = 1, crisp: bool = False, tiled: bool = False, as_noise: bool = False
) -> tuple[ChainStage, ...]:
    """What is to be done, the last that happened to the picture first.

    Noise and JPEG happened to the small picture, and are removed before it is enlarged. Where there is noise, what JPEG
    left is taken for noise of :func:`jpeg_noise`, whose variance is added, because the network removes both at once.

    Args:
        findings: what was found in the picture.
        scale: how many times it is to be enlarged, 1 to 4.
        crisp: whether detail is kept, or made, at the risk of noise and ringing.
        tiled: whether memory is limited, so that it has to be enlarged by a method that works on tiles.
        as_noise: whether what JPEG left is taken for noise where there is no other noise, too.
    """
    strength, stages = _CRISP if crisp else 1.0, list[ChainStage]()
    of_jpeg = jpeg_noise(findings.quality) if findings.quality else 0.0
    if findings.quality and findings.sigma == 0 and not as_noise:
        found = Level(jpeg_level(findings.quality), "found")
        method = _method("deblock", "drunet")
        words = "removes the artefacts of JPEG"
        stages.append(ChainStage(Deblock(findings.quality), method, words, found, strength=strength))
    elif max(findings.sigma, of_jpeg) > 0:
        removed = [*(["the noise"] if findings.sigma else []), *(["the artefacts of JPEG"] if of_jpeg else [])]
        words = f"removes {' and '.join(removed)}"
        stages.append(_denoising(findings, of_jpeg, words, strength))
    if scale > 1:
        camera = as_camera(scale, f"gaussian:{_WIDER * _WIDTHS[scale]:g}" if crisp else None)
        method = _method("superresolve", "dpir") if tiled else _usual("superresolve")
        stages.append(ChainStage(camera, method, f"enlarges it {scale} times", strength=strength))
    return tuple(stages)


def describe_stages(stages: tuple[ChainStage, ...]) -> str:
    """What the stages do, in words."""
    return ", then ".join(stage.words for stage in stages) or "leaves it as it is"


def jpeg_noise(quality: int) -> float:
    """The level, in image units, at which a network for noise removes most of the artefacts of a JPEG quality.

    ``2.1 sqrt(r)`` in 1/255 with the root mean square ``r`` of the error of rounding the coefficients of brightness.
    It was the best level for five photographs of Kodak24 at qualities 20, 40, 60 and 80: the colour network gained
    0.95, 0.92, 0.86 and 0.73 dB.
    """
    steps = luma_steps(quality)
    return 2.1 * math.sqrt(math.sqrt(sum(step**2 for step in steps) / len(steps) / 12)) / 255


def _denoising(findings: PictureFindings, of_jpeg: float, words: str, strength: float) -> ChainStage:
    method, sigma = _usual("denoise"), math.hypot(findings.sigma, of_jpeg)
    if findings.goes_on:
        return ChainStage(Denoise("camera"), method, words, sigma=sigma, strength=strength)
    # Noise of light is what it is; that of JPEG is everywhere the same.
    light = findings.light if findings.sigma >= of_jpeg else None
    level = Level(findings.sigma if light else sigma, "found", (), light)
    return ChainStage(Denoise(), method, words, level, strength=strength)


def _usual(task: str) -> Method:
    """The method that the command of this name takes by itself."""
    return _method(task, find_task(task).methods[0])


def _method(task: str, name: str) -> Method:
    return find_method(name, task).load(Method)()
