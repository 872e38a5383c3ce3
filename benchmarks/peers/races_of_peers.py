"""The peers' side of ``benchmarks/races.py``: ``RACE: PEER`` and the call that is timed."""

import contextlib
import os
from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import pylops
import pyproximal
import pywt
import scipy.fft
import torch
from _lane import serve
from skimage import metrics, restoration

with contextlib.suppress(RuntimeError):  # see with_deepinv.py
    for operator in ("nms", "qnms"):
        torch.library.define(f"torchvision::{operator}", "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")

import deepinv
import kornia
import piq
import torchmetrics.functional.image as torchmetrics
from deepinv import physics
from deepinv.physics import generator

torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))
cv2.setNumThreads(1)
SIZE = (3, 256, 256)
Inputs = dict[str, Any]
Call = Callable[[], object]


def rows_of(images: torch.Tensor) -> list[np.ndarray]:
    """Images as (H, W, C) arrays."""
    return [np.ascontiguousarray(image.permute(1, 2, 0).numpy()) for image in images]


def each(function: Callable[..., object], *names: str) -> Callable[[Inputs], Call]:
    """``function`` of each image in turn."""

    def prepare(i: Inputs) -> Call:
        images = [rows_of(i[name]) for name in names]
        return lambda: [function(*some) for some in zip(*images, strict=True)]

    return prepare


def both(make: Callable[[], Callable[..., object]]) -> Callable[[Inputs], Call]:
    def prepare(i: Inputs) -> Call:
        function = make()
        return lambda: function(i["batch"], i["other"])

    return prepare


def one(make: Callable[[Inputs], Any], image: str = "batch", name: str = "A") -> Callable[[Inputs], Call]:
    def prepare(i: Inputs) -> Call:
        operator = make(i)
        x = i[image]
        if name == "A_adjoint":
            x = operator.A(x)
        method = vars(type(operator)).get(name) or getattr(type(operator), name)
        return lambda: method(operator, x)

    return prepare


def noise(law: Any) -> Callable[[Inputs], Call]:
    return lambda i: lambda: law(i["batch"])


def draws(law: Any) -> Callable[[Inputs], Call]:
    return lambda i: lambda: law.step(batch_size=64)


def wavelets(i: Inputs) -> Call:
    x = i["noisy"].numpy()
    return lambda: pywt.wavedec2(x, "db8", "periodization", 3)


def shrink(i: Inputs) -> Call:
    x = i["noisy"].numpy()

    def call() -> object:
        coarse, *fine = pywt.wavedec2(x, "db8", "periodization", 3)
        shrunk = [tuple(pywt.threshold(band, 0.2, "soft") for band in level) for level in fine]
        return pywt.waverec2([coarse, *shrunk], "db8", "periodization")

    return call


def denoiser(model: Any, *rest: object, image: str = "noisy") -> Callable[[Inputs], Call]:
    return lambda i: lambda: model(i[image], *rest)


def afresh(kind: Any, image: str = "noisy") -> Callable[[Inputs], Call]:
    """A denoiser that goes on from the last image unless it is a new one: its second call would find all done."""
    return lambda i: lambda: kind(n_it_max=1000)(i[image], 0.1)


def slopes(i: Inputs) -> Call:
    operator = pylops.Gradient(SIZE[1:], kind="forward", dtype="float32")
    planes = [plane.ravel() for plane in i["batch"].numpy().reshape(-1, 256, 256)]
    return lambda: [operator @ plane for plane in planes]


def likelihood(name: str) -> Callable[[Inputs], Call]:
    def prepare(i: Inputs) -> Call:
        term = deepinv.optim.PoissonLikelihood(gain=0.01, denormalize=False)
        if name == "value":
            return lambda: term.d(i["batch"] + 0.1, i["other"])
        return lambda: term.d.grad(i["batch"] + 0.1, i["other"])

    return prepare


def mri(i: Inputs) -> Call:
    operator = physics.MRI(i["mask"][None, None].expand(1, 2, -1, -1), img_size=(256, 256))
    x = torch.cat([i["batch"][:, :1], i["other"][:, :1]], 1)
    return lambda: operator.A(x)


def sensing(i: Inputs) -> Call:
    operator = physics.CompressedSensing(256, (1, 32, 32))
    return lambda: operator.A(i["small"])


def lucy(i: Inputs) -> Call:
    x, kernel = i["grey"][0, 0].numpy(), i["kernel"][0, 0].numpy()
    return lambda: restoration.richardson_lucy(x, kernel, num_iter=10)


def matlab(i: Inputs) -> Any:
    return physics.DownsamplingMatlab(2)


BATCH = "4x3x256x256"
METRIC = deepinv.loss.metric
BLUR = "circular blur 9x9"
GAUSSIAN = {"gaussian_weights": True, "sigma": 1.5, "use_sample_covariance": False, "data_range": 1.0}
RACES: dict[str, Callable[[Inputs], Call]] = {
    f"PSNR {BATCH}: deepinv": both(METRIC.PSNR),
    f"PSNR {BATCH}: piq": both(lambda: lambda a, b: piq.psnr(a, b, reduction="none")),
    f"PSNR {BATCH}: scikit-image": each(
        lambda a, b: metrics.peak_signal_noise_ratio(a, b, data_range=1), "batch", "other"
    ),
    f"PSNR {BATCH}: OpenCV": each(lambda a, b: cv2.PSNR(a, b, 1.0), "batch", "other"),
    f"MSE {BATCH}: deepinv": both(METRIC.MSE),
    f"MSE {BATCH}: scikit-image": each(metrics.mean_squared_error, "batch", "other"),
    f"MAE {BATCH}: deepinv": both(METRIC.MAE),
    f"SSIM {BATCH}: deepinv": both(METRIC.SSIM),
    f"SSIM {BATCH}: piq": both(lambda: lambda a, b: piq.ssim(a, b, reduction="none", downsample=False)),
    f"SSIM {BATCH}: kornia": both(lambda: lambda a, b: kornia.metrics.ssim(a, b, 11)),
    f"SSIM {BATCH}: torchmetrics": both(
        lambda: lambda a, b: torchmetrics.structural_similarity_index_measure(a, b, data_range=1.0)
    ),
    f"SSIM {BATCH}: scikit-image": each(
        lambda a, b: metrics.structural_similarity(a, b, channel_axis=2, **GAUSSIAN), "batch", "other"
    ),
    f"soft threshold {BATCH}: PyWavelets": lambda i: (lambda x: lambda: pywt.threshold(x, 0.3, "soft"))(
        i["batch"].numpy()
    ),
    f"soft threshold {BATCH}: torch": lambda i: lambda: torch.nn.functional.softshrink(i["batch"], 0.3),
    f"l1 prox {BATCH}: pyproximal": lambda i: (lambda x: lambda: pyproximal.L1(0.3).prox(x, 1.0))(
        i["batch"].numpy().ravel()
    ),
    f"l1 prox {BATCH}: deepinv": lambda i: lambda: deepinv.optim.L1Prior().prox(i["batch"], gamma=0.3),
    f"gradient {BATCH}: pylops": slopes,
    f"gradient {BATCH}: deepinv": lambda i: lambda: deepinv.models.TVDenoiser.nabla(i["batch"]),
    f"total variation {BATCH}: deepinv": lambda i: lambda: deepinv.optim.TVPrior()(i["batch"]),
    f"total variation {BATCH}: kornia, anisotropic": lambda i: lambda: kornia.losses.total_variation(i["batch"]),
    f"dct {BATCH}: SciPy": lambda i: (lambda x: lambda: scipy.fft.dctn(x, axes=(2, 3), norm="ortho"))(
        i["batch"].numpy()
    ),
    "patches 6x6 of 256x256: torch": lambda i: lambda: torch.nn.functional.unfold(i["grey"], 6),
    "wavelet db8, 3 levels, 3x256x256: PyWavelets": wavelets,
    "wavelet denoising db8, 3x256x256: PyWavelets": shrink,
    "wavelet denoising db8, 3x256x256: deepinv": denoiser(deepinv.models.WaveletDenoiser(3, "db8"), 0.1),
    "TV denoising 3x256x256: scikit-image": lambda i: (
        lambda x: lambda: restoration.denoise_tv_chambolle(x, 0.1, channel_axis=2)
    )(rows_of(i["noisy"])[0]),
    "TV denoising 3x256x256: deepinv": afresh(deepinv.models.TVDenoiser),
    "TGV denoising 256x256: deepinv": afresh(deepinv.models.TGVDenoiser, "grey"),
    "DnCNN, 17 layers, 256x256: deepinv": lambda i: (lambda net: lambda: net(i["grey"]))(
        deepinv.models.DnCNN(1, 1, 17, pretrained=None)
    ),
    f"noise level, wavelets {BATCH}: scikit-image": each(
        lambda a: restoration.estimate_sigma(a, channel_axis=2), "batch"
    ),
    f"noise level, wavelets {BATCH}: deepinv": denoiser(deepinv.models.WaveletNoiseEstimator(), image="batch"),
    f"noise level, patches {BATCH}: deepinv": denoiser(deepinv.models.PatchCovarianceNoiseEstimator(), image="batch"),
    f"{BLUR} {BATCH}: deepinv": one(lambda i: physics.BlurFFT(SIZE, i["kernel"])),
    f"circular blur, adjoint {BATCH}: deepinv": one(lambda i: physics.BlurFFT(SIZE, i["kernel"]), name="A_adjoint"),
    f"valid blur 9x9 {BATCH}: deepinv": one(lambda i: physics.Blur(i["kernel"], "valid")),
    f"valid blur 9x9 {BATCH}: deepinv, by FFT": one(lambda i: physics.Blur(i["kernel"], "valid", use_fft=True)),
    f"mirrored blur 9x9 {BATCH}: deepinv": one(lambda i: physics.Blur(i["kernel"], "reflect")),
    f"mirrored blur 9x9 {BATCH}: OpenCV": lambda i: (
        lambda images, kernel: lambda: [cv2.filter2D(a, -1, kernel, borderType=cv2.BORDER_REFLECT_101) for a in images]
    )(rows_of(i["batch"]), i["kernel"][0, 0].numpy()),
    f"mirrored blur 9x9 {BATCH}: kornia": lambda i: lambda: kornia.filters.filter2d(i["batch"], i["kernel"][0]),
    f"decimation by 2 {BATCH}: deepinv": one(lambda i: physics.Downsampling(SIZE, i["kernel"], 2)),
    f"imresize by 2 {BATCH}: deepinv": one(matlab),
    f"inpainting {BATCH}: deepinv": one(lambda i: physics.Inpainting(SIZE, i["mask"][None])),
    f"demosaicing {BATCH}: deepinv, three channels": one(lambda i: physics.Demosaicing(SIZE)),
    f"demosaicing, adjoint {BATCH}: deepinv, of three channels": one(
        lambda i: physics.Demosaicing(SIZE), name="A_adjoint"
    ),
    f"decolorize {BATCH}: deepinv": one(lambda i: physics.Decolorize()),
    f"decolorize {BATCH}: OpenCV": each(lambda a: cv2.cvtColor(a, cv2.COLOR_RGB2GRAY), "batch"),
    "compressed sensing 256 of 1024, 4: deepinv": sensing,
    "single-coil MRI 4x256x256: deepinv": mri,
    f"Gaussian noise {BATCH}: deepinv": noise(physics.GaussianNoise(0.1)),
    f"Poisson noise {BATCH}: deepinv": noise(physics.PoissonNoise(0.01)),
    f"Poisson-Gaussian noise {BATCH}: deepinv": noise(physics.PoissonGaussianNoise(0.01, 0.1)),
    f"log-Poisson noise {BATCH}: deepinv": noise(physics.LogPoissonNoise(1024.0, 0.02)),
    f"Poisson likelihood, value {BATCH}: deepinv": likelihood("value"),
    f"Poisson likelihood, gradient {BATCH}: deepinv": likelihood("grad"),
    "Richardson-Lucy, 10 steps, 256x256: scikit-image": lucy,
    "64 motion kernels 31x31: deepinv": draws(generator.MotionBlurGenerator((31, 31))),
    "64 diffraction kernels 31x31: deepinv": draws(generator.DiffractionBlurGenerator((31, 31))),
    "64 Gaussian kernels 31x31: deepinv": draws(generator.GaussianBlurGenerator((31, 31))),
    "64 decimation filters: deepinv": draws(generator.DownsamplingGenerator(factors=[2], psf_size=(9, 9))),
    "64 noise levels: deepinv": draws(generator.SigmaGenerator()),
    "64 levels of a mixture: deepinv, one choice for all": draws(
        generator.GeneratorMixture([generator.SigmaGenerator(), generator.SigmaGenerator()], [0.5, 0.5])
    ),
    "64 random masks 64x64: deepinv": draws(generator.BernoulliSplittingMaskGenerator((1, 64, 64), 0.6)),
    "64 Gaussian masks 64x64: deepinv": draws(generator.GaussianSplittingMaskGenerator((1, 64, 64), 0.6)),
    "64 masks of frames 2x8x64x64: deepinv": draws(generator.Phase2PhaseSplittingMaskGenerator((2, 8, 64, 64))),
    f"uniform noise {BATCH}: deepinv": noise(physics.UniformNoise(0.1)),
    f"Gamma noise {BATCH}: deepinv": noise(physics.GammaNoise(3.0)),
    f"Fisher-Tippett noise {BATCH}: deepinv": noise(physics.FisherTippettNoise(3.0)),
    f"Rician noise {BATCH}: deepinv": noise(physics.RicianNoise(0.1)),
    f"salt and pepper {BATCH}: deepinv": noise(physics.SaltPepperNoise()),
}

if __name__ == "__main__":
    with torch.no_grad():
        serve(RACES, torch.from_numpy)
