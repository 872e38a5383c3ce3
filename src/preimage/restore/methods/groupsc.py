"""One pass of a sparse model of similar patches."""

from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor
from typing_extensions import override

from preimage.denoisers import Denoiser
from preimage.errors import CapabilityError
from preimage.files.samples.sampling import Sampling
from preimage.restore.frame.level import Level
from preimage.restore.frame.sigma import describe_sigma
from preimage.restore.frame.task import Problem, Task
from preimage.restore.methods.in_range import POWERS, InRange
from preimage.restore.methods.network import OnePass
from preimage.restore.methods.patch_model import PatchModel
from preimage.restore.methods.search import of_patches

__all__ = ["ByGroupSC"]

_WEIGHTS = {
    "noise": {1: "groupsc-grey", 3: "groupsc-color"}, "mosaic": {3: "groupsc-mosaic"}, "jpeg": {1: "groupsc-jpeg"},
}  # fmt: skip
# Estimates of a mosaic's noise below this, in image units, may as well be texture.
_CLEAN = 3 / 255


@dataclass(frozen=True)
class ByGroupSC(OnePass):
    """A sparse model of similar patches, in part where a picture is less degraded than in its training.

    From mosaics it reconstructs at once; for these it was trained without noise.
    """

    name: ClassVar[str] = "groupsc"

    @override
    def weights(self, task: Task, channels: int) -> str:
        return _WEIGHTS[task.artefact][channels]

    @override
    def applied(self, task: Task, denoiser: Denoiser) -> Denoiser:
        model = of_patches(denoiser)
        if task.artefact != "mosaic":
            return InRange(model, POWERS[task.artefact])
        physics = task.witness()
        if physics is None:
            raise CapabilityError("`task` must have a witness for a model of patches, got none; take the method dpir.")
        return PatchModel(model, physics, task.period)

    def level(self, task: Task, pixels: Tensor, sigma: float | None, sampling: Sampling) -> Level:
        """That of the task; of mosaics no noise, unless the user says so."""
        if task.artefact != "mosaic":
            return task.level(pixels, sigma, sampling)
        found = task.estimate(pixels).sigma if sigma is None else sigma
        noisy = found > (_CLEAN if sigma is None else 0)
        advice = f"groupsc removes no noise, but there is some ({describe_sigma(found)}): dpir would be better"
        return Level(sigma or 0.0, "assumed" if sigma is None else "given", (advice,) if noisy else ())

    def range_notes(self, task: Task, denoiser: Denoiser, level: float) -> list[str]:
        """Of noise only where it is too strong: fainter noise is removed in part; of mosaics see :meth:`level`."""
        if task.artefact == "noise":
            return super().range_notes(task, denoiser, max(level, denoiser.traits.sigma_range[0]))
        return [] if task.artefact == "mosaic" else task.range_notes(level, *denoiser.traits.sigma_range)

    @override
    def first(self, problem: Problem) -> Tensor:
        return problem.physics.A_adjoint(problem.y)
