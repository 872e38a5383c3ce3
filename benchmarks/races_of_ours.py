"""Our side of ``benchmarks/races.py``: for each race the call that is timed."""

from collections.abc import Callable
from typing import Any

import torch
from _lane import serve
from torch import Tensor

from preimage import metric, physics, transform
from preimage.denoisers import (
    DnCNN,
    PatchCovarianceNoiseEstimator,
    TGVDenoiser,
    TVDenoiser,
    WaveletDenoiser,
    WaveletNoiseEstimator,
)
from preimage.optim import MLEM, L1Prior, TVPrior, Variational
from preimage.physics import generators, noise

Inputs = dict[str, Tensor]
BATCH = "4x3x256x256"


def score(kind: type[metric.Metric]) -> Callable[[Inputs], Callable[[], object]]:
    return lambda i: (lambda metric: lambda: metric(i["batch"], i["other"]))(kind())


def measure(make: Callable[[Inputs], Any], image: str = "batch") -> Callable[[Inputs], Callable[[], object]]:
    def prepare(i: Inputs) -> Callable[[], object]:
        operator = make(i)
        return lambda: operator.A(i[image])

    return prepare


def adjoint(make: Callable[[Inputs], Any], image: str = "batch") -> Callable[[Inputs], Callable[[], object]]:
    def prepare(i: Inputs) -> Callable[[], object]:
        operator = make(i)
        y = operator.A(i[image])
        return lambda: operator.A_adjoint(y)

    return prepare


def draw(law: noise.Noise) -> Callable[[Inputs], Callable[[], object]]:
    return lambda i: lambda: law.sample(i["batch"])


def parameters(law: generators.ParameterGenerator) -> Callable[[Inputs], Callable[[], object]]:
    return lambda i: lambda: law(64)


def counts(i: Inputs) -> tuple[Any, Tensor]:
    return noise.PoissonNoise(0.01), i["other"]


def poisson_gradient(i: Inputs) -> Callable[[], object]:
    law, y = counts(i)
    return lambda: law.grad(i["batch"] + 0.1, y)


def poisson_value(i: Inputs) -> Callable[[], object]:
    law, y = counts(i)
    return lambda: law.nll(i["batch"] + 0.1, y)


def lucy(i: Inputs) -> Callable[[], object]:
    operator = physics.Blur(i["kernel"], "replicate", noise=noise.PoissonNoise(0.01))
    model = Variational(MLEM(), init=lambda y, p: torch.full_like(y, 0.5), max_steps=10, tol=None)
    return lambda: model(i["grey"], operator)


def mri(i: Inputs) -> Any:
    return physics.MRI(i["mask"])


def complex_images(make: Any) -> Callable[[Inputs], Callable[[], object]]:
    def prepare(i: Inputs) -> Callable[[], object]:
        x, operator = torch.complex(i["batch"][:, :1], i["other"][:, :1]), make(i)
        return lambda: operator.A(x)

    return prepare


MOSAIC = physics.Demosaicing
RACES = {
    f"PSNR {BATCH}": score(metric.PSNR),
    f"MSE {BATCH}": score(metric.MSE),
    f"MAE {BATCH}": score(metric.MAE),
    f"SSIM {BATCH}": score(metric.SSIM),
    f"soft threshold {BATCH}": lambda i: lambda: transform.soft_threshold(i["batch"], torch.tensor(0.3)),
    f"l1 prox {BATCH}": lambda i: lambda: L1Prior(0.3).prox(i["batch"], 1.0),
    f"gradient {BATCH}": lambda i: lambda: transform.gradient(i["batch"]),
    f"total variation {BATCH}": lambda i: lambda: TVPrior(1.0)(i["batch"]),
    f"dct {BATCH}": lambda i: lambda: transform.dct(i["batch"]),
    "patches 6x6 of 256x256": lambda i: lambda: transform.extract_patches(i["grey"], 6),
    "wavelet db8, 3 levels, 3x256x256": lambda i: lambda: transform.Wavelet("db8", 3).analysis(i["noisy"]),
    "wavelet denoising db8, 3x256x256": lambda i: lambda: WaveletDenoiser("db8", 3)(i["noisy"], 0.1),
    "TV denoising 3x256x256": lambda i: lambda: TVDenoiser()(i["noisy"], 0.1),
    "TGV denoising 256x256": lambda i: lambda: TGVDenoiser()(i["grey"], 0.1),
    "DnCNN, 17 layers, 256x256": lambda i: (lambda net: lambda: net(i["grey"], 0.1))(DnCNN()),
    f"noise level, wavelets {BATCH}": lambda i: lambda: WaveletNoiseEstimator()(i["batch"]),
    f"noise level, patches {BATCH}": lambda i: lambda: PatchCovarianceNoiseEstimator()(i["batch"]),
    f"circular blur 9x9 {BATCH}": measure(lambda i: physics.BlurFFT(i["kernel"])),
    f"circular blur, adjoint {BATCH}": adjoint(lambda i: physics.BlurFFT(i["kernel"])),
    f"valid blur 9x9 {BATCH}": measure(lambda i: physics.Blur(i["kernel"])),
    f"mirrored blur 9x9 {BATCH}": measure(lambda i: physics.Blur(i["kernel"], "reflect")),
    f"decimation by 2 {BATCH}": measure(lambda i: physics.Downsampling(i["kernel"], 2)),
    f"imresize by 2 {BATCH}": measure(lambda i: physics.DownsamplingMatlab(2)),
    f"inpainting {BATCH}": measure(lambda i: physics.Inpainting(i["mask"])),
    f"demosaicing {BATCH}": measure(lambda i: MOSAIC()),
    f"demosaicing, adjoint {BATCH}": adjoint(lambda i: MOSAIC()),
    f"decolorize {BATCH}": measure(lambda i: physics.Decolorize()),
    "compressed sensing 256 of 1024, 4": measure(
        lambda i: physics.CompressedSensing(i["matrix"], (1, 32, 32)), "small"
    ),
    "single-coil MRI 4x256x256": complex_images(mri),
    f"Gaussian noise {BATCH}": draw(noise.GaussianNoise(0.1)),
    f"Poisson noise {BATCH}": draw(noise.PoissonNoise(0.01)),
    f"Poisson-Gaussian noise {BATCH}": draw(noise.PoissonGaussianNoise(0.01, 0.1)),
    f"log-Poisson noise {BATCH}": draw(noise.LogPoissonNoise(1024.0, 0.02)),
    f"Poisson likelihood, value {BATCH}": poisson_value,
    f"Poisson likelihood, gradient {BATCH}": poisson_gradient,
    "Richardson-Lucy, 10 steps, 256x256": lucy,
    "64 motion kernels 31x31": parameters(generators.MotionBlurGenerator(31)),
    "64 diffraction kernels 31x31": parameters(generators.DiffractionBlurGenerator(31)),
    "64 Gaussian kernels 31x31": parameters(generators.GaussianBlurGenerator(31)),
    "64 decimation filters": parameters(generators.DownsamplingGenerator(2, ("bicubic", "bilinear", "gaussian"))),
    "64 noise levels": parameters(generators.SigmaGenerator()),
    "64 levels of a mixture": parameters(generators.GeneratorMixture([generators.SigmaGenerator()] * 2)),
    "64 random masks 64x64": parameters(generators.BernoulliSplittingMaskGenerator((1, 64, 64), 0.6)),
    "64 Gaussian masks 64x64": parameters(generators.GaussianSplittingMaskGenerator((1, 64, 64), 0.6)),
    "64 masks of frames 2x8x64x64": parameters(generators.Phase2PhaseSplittingMaskGenerator((2, 8, 64, 64))),
    f"uniform noise {BATCH}": draw(noise.UniformNoise(0.1)),
    f"Gamma noise {BATCH}": draw(noise.GammaNoise(3.0)),
    f"Fisher-Tippett noise {BATCH}": draw(noise.FisherTippettNoise(3.0)),
    f"Rician noise {BATCH}": draw(noise.RicianNoise(0.1)),
    f"salt and pepper {BATCH}": draw(noise.SaltPepperNoise()),
}

if __name__ == "__main__":
    torch.set_num_threads(1)
    large = torch.zeros(31 * 2**18)  # so that the C library keeps freed memory, see benchmarks/speed.py
    del large
    with torch.no_grad():
        serve(RACES, torch.from_numpy)
