"""Pictures whose history is not known."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

from torch import Tensor
from typing_extensions import Unpack, override

from preimage.errors import ArgumentError
from preimage.files.samples.sampling import Sampling
from preimage.physics import Denoising
from preimage.restore.finding.findings import FoundLevel, PictureFindings, look_at
from preimage.restore.finding.plan import ChainStage, describe_stages, plan_stages
from preimage.restore.frame.engine import Restored, carry_out
from preimage.restore.frame.level import Level
from preimage.restore.frame.method import Method
from preimage.restore.frame.pictures import Picture
from preimage.restore.frame.settings import Options
from preimage.restore.frame.task import Problem, Task
from preimage.restore.frame.task_function import task_function
from preimage.restore.frame.work import Progress

__all__ = ["Auto", "auto"]


@dataclass(frozen=True)
class Auto(Task):
    """Noise and compression, both of unknown strength, or none of them.

    Args:
        scale: how many times wider and taller the picture is to be, 1 to 4.
        crisp: whether detail is kept, or made, at the risk of noise and ringing.
        found: what was found in a recorded run; else the picture is looked at.
        as_noise: whether JPEG alone is removed as noise is; records of earlier versions tell of that.
    """

    scale_factor: int = 1
    crisp: bool = False
    found: PictureFindings | None = None
    as_noise: bool = False

    name: ClassVar[str] = "auto"

    def __post_init__(self) -> None:
        if self.scale_factor not in (1, 2, 3, 4):
            raise ArgumentError(f"`scale` must be 1, 2, 3 or 4, got {self.scale_factor}; repeat it for others.")

    @classmethod
    @override
    def of(cls, image: Picture, options: Mapping[str, Any]) -> "Auto":
        return Auto(options["scale"], options["crisp"], options.get("found"), options.get("as_noise", False))

    @classmethod
    @override
    def recorded(cls, settings: Mapping[str, Any], resolved: Mapping[str, Any]) -> dict[str, Any]:
        found = PictureFindings.recorded(resolved.get("found"))
        as_noise = all(stage["task"] != "deblock" for stage in resolved["stages"])
        return {"scale": settings["scale"], "crisp": settings["crisp"], "found": found, "as_noise": as_noise}

    @classmethod
    @override
    def recorded_sigma(cls, settings: Mapping[str, Any], resolved: Mapping[str, Any]) -> Any:
        return settings["sigma"]

    @override
    def options(self) -> dict[str, Any]:
        return {"scale": self.scale_factor, "crisp": self.crisp}

    @override
    def scale(self) -> int:
        return self.scale_factor

    def level(self, pixels: Tensor, sigma: float | None, sampling: Sampling) -> FoundLevel:
        """All that is found in ``pixels``; the noise level is that of the noise that is to be removed."""
        findings, notes = (self.found, ()) if self.found is not None else look_at(pixels, sigma, sampling)
        return FoundLevel(findings.sigma, "found", notes, findings.light, findings=findings, sampling=sampling)

    def stages(self, level: FoundLevel, tiled: bool = False) -> tuple[ChainStage, ...]:
        """What is done to a picture, in this order; where it is ``tiled``, because memory is limited."""
        return plan_stages(level.findings, self.scale_factor, self.crisp, tiled, self.as_noise)

    def describe(self, level: Level, strength: float) -> str:
        """What was found, and what is done about it, in two lines."""
        if not isinstance(level, FoundLevel):
            return super().describe(level, strength)
        scaled = "" if strength == 1 else f", each {strength:g} times as strongly"
        stages = describe_stages(self.stages(level))
        return f"found {level.findings.describe()}\n  {stages}{scaled}"

    @override
    def entries(self, level: Level, strength: float) -> dict[str, Any]:
        found = {"found": asdict(level.findings)} if isinstance(level, FoundLevel) else {}
        return {**super().entries(level, strength), **found}

    @override
    def problem(self, y: Tensor, sigma: float | None) -> Problem:
        return Problem(y, Denoising(), sigma or 0.0)


@task_function
def auto(
    image: Picture,
    scale: int = 1,
    *,
    crisp: bool = False,
    method: str | Method = "auto",
    progress: Progress | None = None,
    **options: Unpack[Options],
) -> Restored:
    """Look at a picture, and undo what is found: noise and the artefacts of JPEG; then enlarge it.

    What nobody would see is left as it is: noise of less than 3/255, and JPEG from quality 90 on. So clean
    pictures come back unchanged. Of a picture in which no edge is steep a note says that it may be blurred.

    Args:
        scale: how many times wider and taller the result is, 1 to 4.
        crisp: whether detail is kept, or made, at the risk of noise and ringing: 30 % less is removed, and the
            picture is enlarged as if the camera's blur had been a third wider.
        sigma: the standard deviation of the noise in image units, a number or like ``"25/255"``, all of which is then
            removed; ``"auto"``, the default, looks for it.
        method: ``auto``, the only one: each stage takes the method that its own function takes.
    """
    return carry_out(image, Auto(scale, crisp), method, progress, **options)
