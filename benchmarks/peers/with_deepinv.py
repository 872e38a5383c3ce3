"""DeepInverse: ``pip install torch==2.13.0 deepinv ptwt PyWavelets`` (the CPU build of torch).

It imports torchvision, of which there may be no build for that torch: two of its operators are declared here, so that
the import passes; nothing that is measured uses them.
"""

import contextlib
import os

import numpy as np
import torch
from _protocol import Method, Problem, Watch, serve

with contextlib.suppress(RuntimeError):
    for name in ("nms", "qnms"):
        torch.library.define(f"torchvision::{name}", "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")

import deepinv
from deepinv.models import TVDenoiser
from deepinv.optim import FISTA, L2, PDCP, L12Prior, TVPrior, WaveletPrior

torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))
MANY = 10**6


def image(array: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(array.astype(np.float32))[None, None]


def watched(kind: type, watch: Watch, factor: dict[str, float] | None = None, **arguments):
    """A functional whose prox is the estimate; ``factor`` goes to every call of it."""

    class Watched(kind):
        def prox(self, *args, **kwargs):
            x = super().prox(*args, **(factor or {}), **kwargs)
            watch(x, torch.Tensor.numpy)
            return x

    return Watched(**arguments)


def blur(problem: Problem):
    """Its periodic blur with the kernel cut out of the point spread function."""
    psf = image(problem["psf"])
    size = 17
    kernel = psf.roll((size // 2, size // 2), (-2, -1))[..., :size, :size]
    return deepinv.physics.BlurFFT(img_size=(1, *problem["y"].shape), filter=kernel)


def start(problem: Problem, dual: bool = False):
    x = image(problem["start"])
    u = TVDenoiser.nabla(torch.zeros_like(x))
    return lambda y, physics: {"est": (x, x, u) if dual else (x, x)}


@torch.no_grad()
def deblur_pdhg(problem: Problem, watch: Watch) -> None:
    physics, y, tau = blur(problem), image(problem["y"]), 10.0
    watch.start()
    PDCP(
        K=TVDenoiser.nabla,
        K_adjoint=TVDenoiser.nabla_adjoint,
        data_fidelity=watched(L2, watch),
        prior=L12Prior(l2_axis=-1),
        lambda_reg=problem["weight"],
        stepsize=tau,
        stepsize_dual=0.99 / (8 * tau),
        g_first=True,
        max_iter=MANY,
        custom_init=start(problem, dual=True),
    )(y, physics)


@torch.no_grad()
def deblur_fista(problem: Problem, watch: Watch) -> None:
    physics, y = blur(problem), image(problem["y"])
    watch.start()
    FISTA(
        data_fidelity=L2(),
        prior=watched(TVPrior, watch, def_crit=1e-5, n_it_max=100),
        lambda_reg=problem["weight"],
        stepsize=1.0,
        max_iter=MANY,
        custom_init=start(problem),
    )(y, physics)


@torch.no_grad()
def inpaint_fista(problem: Problem, watch: Watch) -> None:
    physics = deepinv.physics.Inpainting(img_size=(1, *problem["y"].shape), mask=image(problem["mask"]))
    level, wavelet = int(problem["level"]), problem["wavelet"]
    watch.start()
    FISTA(
        data_fidelity=L2(),
        prior=watched(WaveletPrior, watch, {"ths": 1.0}, level=level, wv=wavelet, mode="periodic"),
        lambda_reg=problem["weight"],
        stepsize=1.0,
        max_iter=MANY,
        custom_init=start(problem),
    )(image(problem["y"]), physics)


@torch.no_grad()
def denoise(problem: Problem, watch: Watch) -> None:
    y = torch.from_numpy(problem["y"])[:, None]  # a channel is an image of its own
    watch.fresh(lambda steps: TVDenoiser(n_it_max=steps, crit=0.0)(y, ths=problem["weight"])[:, 0])


def deblur_value(problem: Problem, x: np.ndarray) -> float:
    x, y, prior = image(x), image(problem["y"]), L12Prior(l2_axis=-1)
    return float(L2()(x, y, blur(problem)) + problem["weight"] * prior.fn(TVDenoiser.nabla(x)))


def inpaint_value(problem: Problem, x: np.ndarray) -> float:
    physics = deepinv.physics.Inpainting(img_size=(1, *problem["y"].shape), mask=image(problem["mask"]))
    prior = WaveletPrior(level=int(problem["level"]), wv=problem["wavelet"], mode="periodic")
    x = image(x)
    return float(L2()(x, image(problem["y"]), physics) + problem["weight"] * prior.fn(x))


METHODS: dict[str, dict[str, Method]] = {
    "denoise": {"TVDenoiser": denoise},
    "deblur": {"PDHG": deblur_pdhg, "FISTA": deblur_fista},
    "inpaint-haar": {"FISTA": inpaint_fista},
}

if __name__ == "__main__":
    serve(METHODS, {"deblur": deblur_value, "inpaint-haar": inpaint_value})
