"""Train GroupSC for a task: SC on few patches, GroupSC on these, and at last on more of them.

The stages share every parameter but those of the similarities, and each starts where the one before ended. The last is
the model as it is used. ``preimage train`` is the command.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path

from torch import Tensor, nn

from preimage.errors import ArgumentError, ImageFileError
from preimage.files.digest import read_sha256
from preimage.machine import processes
from preimage.training.callbacks import EachCheckpoint, TrainingProgress
from preimage.training.checkpoint import write_weights
from preimage.training.recipes.groupsc.degradations import Degradation
from preimage.training.recipes.groupsc.plan import Plan, seconds_per_step, steps_within
from preimage.training.recipes.groupsc.recipe import GroupSCRecipe
from preimage.training.recipes.groupsc.stage import run_stage
from preimage.training.recipes.groupsc.start import from_file, from_images
from preimage.training.recipes.groupsc.validate import validation

__all__ = ["train_groupsc"]


def train_groupsc(
    data: Path,
    out: Path,
    recipe: GroupSCRecipe,
    *,
    length: float | Sequence[int] | None = None,
    start: Path | None = None,
    validate: Path | None = None,
    device: str = "cpu",
    progress: TrainingProgress | None = None,
) -> Path | None:
    """Train, or go on with a training that was stopped.

    ``out`` gets ``plan.json``, ``start.safetensors``, a folder for each stage with its checkpoint, log and averaged
    weights, and at last ``groupsc-TASK.safetensors``, which is returned; ``None`` is where the training was stopped
    again. A run in several sessions ends with the weights of one that was not stopped, to the bit.

    Args:
        data: folder of training images.
        out: folder of the results, new or of the same training.
        recipe: everything else that decides the weights.
        length: seconds that the whole training should take, for which a few steps of each stage are timed; or the
            number of steps of each stage. It may be left out where ``out`` has a plan.
        start: weights to start from in place of a dictionary of patches, such as those of another task.
        validate: folder of images for a column of PSNR in the logs.
        device: where to compute, ``cpu``, ``cuda`` or ``mps``.
        progress: told of stages, steps and checkpoints; it can stop the session.

    Raises:
        ArgumentError: ``out`` holds another training, or there is neither a plan nor a length.
        ImageFileError: a folder without images, or with too small ones.
    """
    task, told = recipe.degradation, progress or TrainingProgress()
    images = _images(task, data, recipe.side)
    seen = [validation(task, _images(task, validate, 2 * recipe.side), 2 * recipe.side)] if validate else []
    target = out / f"{'sc' if recipe.sc else 'groupsc'}-{recipe.task}.safetensors"
    with processes.join(device) as place:
        plan = _planned(recipe, images, out, start, length, place)
        told.planned(plan.steps)
        state = from_file(out / "start.safetensors", recipe.model(recipe.parts()[0]))
        for part in recipe.parts():
            model = recipe.model(part)
            model.load_state_dict({name: state.get(name, value) for name, value in model.state_dict().items()})
            count, folder = plan.steps[part.name], out / part.name
            told.begins(part.name, count)
            result = run_stage(
                model.to(place), task, images, replace(part.stage, steps=count), folder,
                checkpoint_every=max(1, min(100, count // 20)),
                callbacks=[told, EachCheckpoint(_saver(folder / "model.safetensors")), *map(EachCheckpoint, seen)],
            )  # fmt: skip
            told.ends(part.name, result.step, result.seconds)
            last = part == recipe.parts()[-1]
            if not result.finished or (not last and processes.any_of(told.stops(), model)):
                return None
            state |= model.cpu().state_dict()
        if processes.rank() == 0:
            write_weights(target, state)
    return target


def _planned(
    recipe: GroupSCRecipe,
    images: Sequence[Tensor],
    out: Path,
    start: Path | None,
    length: float | Sequence[int] | None,
    device: str,
) -> Plan:
    """The plan of ``out``, made where there is none; then ``out/start.safetensors`` is there, too."""
    began, path, parts = time.monotonic(), out / "plan.json", recipe.parts()
    training = {**asdict(recipe), "images": len(images), "start": _sha256(start)}
    if processes.from_first(path.exists()):
        plan = Plan.read(path)
        plan.check(training, length)
        return plan
    length = _checked_length(length, len(parts))
    _check_new(out)
    model = recipe.model(parts[0])
    state = (
        from_file(start, model)
        if start
        else from_images(images, recipe.degradation, model, recipe.patches, recipe.seed)
    )
    duration = length if isinstance(length, (int, float)) else None
    if isinstance(length, (int, float)):
        each = [seconds_per_step(recipe.model(p).to(device), recipe.degradation, images, p.stage) for p in parts]
        left = length - (time.monotonic() - began)
        length = steps_within(left, [part.share for part in parts], each)
    plan = processes.from_first(Plan(training, dict(zip([p.name for p in parts], length, strict=True)), duration))
    if processes.rank() == 0:
        write_weights(out / "start.safetensors", state)
        plan.write(path)
    return processes.from_first(plan)  # nobody goes on before both files are there


def _checked_length(length: float | Sequence[int] | None, stages: int) -> float | Sequence[int]:
    if length is None:
        raise ArgumentError("`length` must be given for a new training, got none; give seconds, or steps.")
    if not isinstance(length, (int, float)) and (len(length) != stages or min(length) < 1):
        raise ArgumentError(f"`length` must be {stages} positive numbers, one for each stage, got {list(length)}.")
    return length


def _check_new(out: Path) -> None:
    if any(out.glob("checkpoint.pt")) or any(out.glob("*/checkpoint.pt")):
        raise ArgumentError(f"`out` must be a new folder, got {out} with another training; use another folder.")
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ArgumentError(
            f"`out` must be a folder that can be made, got {out}: {error.strerror or error}."
        ) from error


def _images(task: Degradation, folder: Path, side: int) -> list[Tensor]:
    images = task.images(folder)
    smallest = min((tuple(image.shape[-2:]) for image in images), key=min)
    if min(smallest) < side:
        raise ImageFileError(
            f"`folder` must hold images of at least {side}x{side} pixels, got {smallest[1]}x{smallest[0]} in {folder}; "
            "take smaller ones out."
        )
    return images


def _saver(path: Path) -> Callable[[int, nn.Module], dict[str, float]]:
    def save(step: int, network: nn.Module) -> dict[str, float]:
        write_weights(path, network.state_dict())
        return {}

    return save


def _sha256(path: Path | None) -> str | None:
    if path is None:
        return None
    try:
        return read_sha256(path)
    except OSError as error:
        raise ArgumentError(f"`start` must be a file of weights, got {path}: {error.strerror or error}.") from error
