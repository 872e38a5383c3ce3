"""Everything that decides the weights of a training, but for the images and the number of steps."""

from dataclasses import dataclass, field, replace

from preimage.machine.precision import multiplies_bfloat16
from preimage.models.sparse import SC, GroupSC, Search
from preimage.training.recipes.groupsc.degradations import TASKS, Degradation
from preimage.training.recipes.groupsc.stage import Stage

__all__ = ["GroupSCRecipe", "Part"]


@dataclass(frozen=True)
class Part:
    """One stage of the plan.

    Args:
        name: the name of its folder.
        grouped: whether the model is ``GroupSC``.
        stride: distance of neighbouring patches, pixels.
        share: the share of the time, in (0, 1].
        stage: batch and rates; its steps are those of the plan.
    """

    name: str
    grouped: bool
    stride: int
    share: float
    stage: Stage


@dataclass(frozen=True)
class GroupSCRecipe:
    """Everything that decides the weights, together with images, start and the number of steps.

    Args:
        task: a key of ``TASKS``.
        sc: whether to train SC only.
        patch, atoms, n_steps: the patch size, number of atoms and number of steps of the model.
        side: most pixels along a crop.
        crops: most crops a step.
        patches: of which the first dictionary is learned.
        seed: the seed of all that is drawn.
        bfloat16: whether products of matrices are computed in bfloat16.
    """

    task: str = "grey"
    sc: bool = False
    patch: int | None = None
    atoms: int = 256
    n_steps: int = 24
    side: int = 56
    crops: int = 16
    patches: int = 20_000
    seed: int = 0
    bfloat16: bool = field(default_factory=multiplies_bfloat16)

    @property
    def degradation(self) -> Degradation:
        """What is to be undone."""
        return TASKS[self.task]

    def parts(self) -> tuple[Part, ...]:
        """The stages, each with crops of its own."""
        out = []
        for number, part in enumerate(_parts(self.sc, self.task == "mosaic")):
            stage = replace(
                part.stage, batch=min(part.stage.batch, self.crops), side=min(part.stage.side, self.side),
                seed=3 * self.seed + number, bfloat16=self.bfloat16,
            )  # fmt: skip
            out.append(replace(part, stage=stage))
        return tuple(out)

    def model(self, part: Part) -> SC:
        """The untrained model of a stage."""
        task = self.degradation
        sizes = (task.channels, self.patch, self.atoms, self.n_steps, task.levels)
        return GroupSC(*sizes, search=Search(patch_stride=part.stride)) if part.grouped else SC(*sizes, part.stride)


def _parts(sc: bool, mosaic: bool) -> tuple[Part, ...]:
    """The stages that lead to GroupSC, or to an SC trained for as many steps.

    Few patches are enough to learn the dictionaries. How much estimates are shrunk depends a little on how many of them
    are averaged: the last stage has the patches with which the model is used. Where those of a mosaic are an even
    number of pixels apart, they see the colour filters in one position only.
    """
    few, more, crops, side = (3, 3, 8, 56) if mosaic else (4, 2, 16, 48)
    group, last = ("2-sc", "3-sc") if sc else ("2-group", "3-group")
    return (
        Part("1-sc", False, few, 0.35, Stage(1, crops, matrix_rate=0.012, number_rate=2e-3)),
        Part(group, not sc, few, 0.35, Stage(1, crops, matrix_rate=0.008, number_rate=3e-3, decay=0.4)),
        Part(last, not sc, more, 0.3, Stage(1, 8, side, matrix_rate=0.004, number_rate=2e-3, decay=0.8)),
    )
