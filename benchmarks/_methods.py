"""The methods of the leaderboard: one of each family of the library, with the settings that it is used with."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

import torch
from torch import Tensor

from _tasks import Task
from preimage import zoo
from preimage.denoisers import BM3D, ComplexDenoiser, Denoiser
from preimage.models import RAM, DeepImagePrior
from preimage.models.dip import Fit
from preimage.optim import (
    DPIR,
    FISTA,
    GD,
    PDHG,
    RED,
    Annealing,
    TVPrior,
    Variational,
    WaveletPrior,
)
from preimage.optim.initial import Upsampled, filled_in, initial_image
from preimage.physics import LinearPhysics, Tomography
from preimage.reconstructor import Reconstructor

__all__ = ["METHODS", "Case", "Method", "best_weight"]

STEPS = 150
_GRID = 2.0


@dataclass(frozen=True)
class Case:
    """What a method is given.

    Attributes:
        task: the problem.
        y: the measurement of all crops.
        physics: the operator with its noise.
        weight: of the prior, for methods that have one.
        weights: the file of the network of many problems.
    """

    task: Task
    y: Tensor
    physics: LinearPhysics
    weight: float
    weights: Path | None


@dataclass(frozen=True)
class Method:
    """A column of the table.

    Attributes:
        name: of the column.
        run: the reconstruction of all crops.
        takes: whether it is made for a problem.
        weighted: whether it has a weight, which is found once for each problem.
    """

    name: str
    run: Callable[[Case], Tensor]
    takes: Callable[[Task], bool] = lambda task: True
    weighted: bool = False


def denoiser(task: Task) -> Denoiser:
    """The network that ships for the channels of a problem."""
    network = zoo.load_denoiser(f"drunet-{'color' if task.channels == 3 else 'grey'}-compact")
    return ComplexDenoiser(network) if task.channels == 2 else network


def direct(case: Case) -> Tensor:
    """The pseudo-inverse; filtered back-projection; of several coils and of patterns the regularised inverse."""
    if isinstance(case.physics, Tomography):
        return case.physics.fbp(case.y, "hann")
    if case.task.kind in ("coils", "projections"):
        return case.physics.solve_regularized(case.y, 1e-3)
    return case.physics.A_dagger(case.y)


def variation(case: Case) -> Tensor:
    """Total variation."""
    return Variational(PDHG(), TVPrior(case.weight), max_steps=STEPS, tol=None)(case.y, case.physics)


def wavelets(case: Case) -> Tensor:
    """Sparse details of wavelets."""
    return Variational(FISTA(), WaveletPrior(case.weight), max_steps=50, tol=None)(case.y, case.physics)


def red(case: Case) -> Tensor:
    """Regularisation by denoising: 50 steps down the gradient."""
    return Variational(GD(), RED(denoiser(case.task), 0.05, case.weight), max_steps=50, tol=None)(case.y, case.physics)


def plug(case: Case, steps: int | None = None, network: Denoiser | None = None) -> Tensor:
    """DPIR with the published steps of a problem, eight where there are none, or ``steps``."""
    usual = {"noise": 1, "enlargement": 24, "holes": 30, "mosaic": 40}.get(case.task.kind, 8)
    start = {"enlargement": Upsampled(2), "holes": filled_in, "mosaic": filled_in}.get(case.task.kind, initial_image)
    prior, annealing = network or denoiser(case.task), annealed(case.task, steps or usual)
    holes = case.task.kind == "holes"
    return DPIR(prior, annealing, start, clamp=holes, write_back=holes)(case.y, case.physics)


def annealed(task: Task, steps: int, first: float = 49 / 255) -> Annealing:
    """The levels of DPIR from ``first`` down to the published floor of a problem."""
    floor = {"enlargement": 2 / 255, "holes": 1 / 255, "mosaic": 0.6 / 255}.get(task.kind, 0.0)
    images = task.kind in ("noise", "blur", "enlargement", "holes", "mosaic")
    return Annealing(steps=steps, first=first, floor=floor, gain=1.0 if images else None)


def mixture(case: Case) -> Tensor:
    """Half-quadratic splitting with the mixture of Gaussians of patches."""
    return plug(case, 8 if case.task.kind != "noise" else 1, zoo.load_denoiser("epll-grey"))


def untrained(case: Case) -> Tensor:
    """A deep image prior of 400 steps, one run, stopped by what it holds out."""
    return torch.cat([_fitted(case, number) for number in range(len(case.y))])


def _fitted(case: Case, number: int) -> Tensor:
    with torch.enable_grad():
        fit = Fit(input_noise=0.02, runs=1, max_steps=400)
        return DeepImagePrior(fit=fit)(case.y[number : number + 1], case.physics)


def one_task(case: Case) -> Tensor:
    """The network that was trained for the problem alone, where one ships."""
    kind, y, physics = case.task.kind, case.y, case.physics
    if kind == "holes":
        mask = physics.A(torch.ones_like(y))
        network = zoo.load_generator(f"fill-{'color' if case.task.channels == 3 else 'grey'}")
        return y.where(mask > 0, network(torch.cat([y, mask], 1)))
    if kind == "noise":
        return zoo.load_denoiser(f"groupsc-{'color' if case.task.channels == 3 else 'grey'}")(y, 25 / 255)
    network = zoo.load_reconstructor("usr-color")
    return network(y if y.shape[1] == 3 else y.expand(-1, 3, -1, -1), physics).mean(1, keepdim=y.shape[1] != 3)


def collaborative(case: Case) -> Tensor:
    """BM3D, for noise alone."""
    level = case.physics.noise.gaussian_sigma
    assert level is not None
    return BM3D()(case.y, level)


def many_tasks(case: Case) -> Tensor:
    """The network of many problems."""
    return many(case.weights)(case.y, case.physics)


def refined(case: Case) -> Tensor:
    """Four steps of DPIR from 10/255 down, from the picture of the network of many problems."""
    annealing = annealed(case.task, 4, 10 / 255)
    return DPIR(denoiser(case.task), annealing, many(case.weights))(case.y, case.physics)


@cache
def many(path: Path | None) -> Reconstructor:
    """The network of many problems, from a file or as it ships."""
    return zoo.load_reconstructor("ram-compact") if path is None else zoo.load_file(path, RAM())


METHODS = (
    Method("direct", direct),
    Method("tv", variation, weighted=True),
    Method("wavelet", wavelets, weighted=True),
    Method("bm3d", collaborative, lambda task: task.kind == "noise"),
    Method("epll", mixture, lambda task: task.channels == 1),
    Method("red", red, weighted=True),
    Method("dpir", plug),
    Method("dpir-8", partial(plug, steps=8), lambda task: task.kind in ("holes", "enlargement", "mosaic")),
    Method("dip", untrained),
    Method("one-task", one_task, lambda task: task.kind in ("noise", "blur", "enlargement", "holes")),
    Method("ram", many_tasks),
    Method("ram-dpir", refined, lambda task: task.kind != "noise"),
)


def best_weight(score: Callable[[float], float], start: float) -> float:
    """The power of two times ``start`` of the highest score, found by going up or down while it rises."""
    found = {start: score(start)}
    for factor in (_GRID, 1 / _GRID):
        weight = start * factor
        while weight not in found and abs(torch.tensor(weight / start).log2()) <= 7:
            found[weight] = score(weight)
            if found[weight] < max(found.values()):
                break
            weight *= factor
    return max(found, key=lambda weight: found[weight])
