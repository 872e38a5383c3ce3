"""Ranges that docstrings promise are checked where an object is made, for numbers and for tensors."""

import contextlib
import math
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import torch

from preimage.denoisers import (
    IRCNN,
    AnscombeDenoiser,
    DnCNN,
    EPLLDenoiser,
    GaussianMixture,
    GradientStepDenoiser,
    IRCNNBank,
    PatchCovarianceNoiseEstimator,
    TGVDenoiser,
    TiledDenoiser,
    TVDenoiser,
    WaveletDenoiser,
)
from preimage.errors import PreimageError
from preimage.fidelity import IndicatorL2, ItohFidelity
from preimage.fidelity.channelwise import ChannelwiseLikelihood
from preimage.metric import PSNR, SSIM
from preimage.models import LISTA, MoDL, PDNet, VarNet
from preimage.models.dip import (
    DiscrepancyStop,
    Fit,
    FourierFeatures,
    HeldOut,
    MovingVariance,
    NoiseInput,
    SelfGuide,
)
from preimage.models.sparse.groupsc import Search
from preimage.optim import (
    ADMM,
    DRS,
    EPLL,
    FISTA,
    GD,
    HQS,
    ICNN,
    MD,
    PDHG,
    PGD,
    PMD,
    RED,
    SAGA,
    SART,
    SDMM,
    SIRT,
    SPDHG,
    Annealing,
    Backtracking,
    BetaTV,
    CondatVu,
    FieldsOfExperts,
    GradientStepPrior,
    ICNNPrior,
    L1Prior,
    L12Prior,
    LogSchedule,
    PatchFlow,
    PatchNR,
    PatchPrior,
    PnP,
    Preconditioned,
    ScorePrior,
    SpectralPreconditioner,
    TGVPrior,
    Tikhonov,
    TVPrior,
    Unrolled,
    WaveletPrior,
)
from preimage.optim.acceleration import EverySteps
from preimage.optim.pixel_fit import PixelFit
from preimage.optim.prior import PeriodicTV
from preimage.optim.spectral_init import SpectralInit
from preimage.optim.stop import DualityGap, ObjectiveChange
from preimage.optim.unrolled import Checkpointed, Phantom, Reversible
from preimage.optim.unrolled.equilibrium_gradient import FixedPoint
from preimage.optim.weight import GCV, SURE, DiscrepancyPrinciple
from preimage.physics import (
    BlurFFT,
    Denoising,
    Downsampling,
    DownsamplingMatlab,
    GaussianNoise,
    Haze,
    LaplaceNoise,
    LogPoissonNoise,
    PoissonGaussianNoise,
    PoissonNoise,
    SpatialUnwrapping,
)
from preimage.physics.blur import Channelwise
from preimage.physics.generators import (
    DiffractionBlurGenerator,
    DownsamplingGenerator,
    GainGenerator,
    GaussianBlurGenerator,
    MotionBlurGenerator,
    SigmaGenerator,
)
from preimage.solve import AndersonMixing, Broyden, Picard
from preimage.transform import Wavelet
from tests.doubles import Shrink

Make = Callable[[Any], object]

KERNEL = torch.full((3, 3), 1 / 9)
Y = torch.zeros(1, 1, 4, 4)
DENOISER = Shrink()
GRADIENT_STEP = GradientStepDenoiser(DENOISER)
MIXTURE = GaussianMixture(torch.ones(1), torch.zeros(1, 4), torch.eye(4)[None])

# A number or one value per sample, > 0: negative, zero, infinite, NaN and a matrix are refused.
PER_SAMPLE: dict[str, Make] = {
    "L1Prior": L1Prior,
    "L12Prior": L12Prior,
    "Tikhonov": Tikhonov,
    "TVPrior": TVPrior,
    "TGVPrior": TGVPrior,
    "WaveletPrior": lambda v: WaveletPrior(v, "haar"),
    "PeriodicTV": PeriodicTV,
    "BetaTV": BetaTV,
    "PnP": lambda v: PnP(DENOISER, v),
    "RED": lambda v: RED(DENOISER, 0.1, v),
    "ScorePrior": lambda v: ScorePrior(DENOISER, 0.1, v),
    "ScorePrior.sigma": lambda v: ScorePrior(DENOISER, v),
    "GradientStepPrior": lambda v: GradientStepPrior(GRADIENT_STEP, 0.1, v),
    "EPLL": lambda v: EPLL(MIXTURE, 2, weight=v),
    "PatchPrior": lambda v: PatchPrior(torch.nn.Identity(), 2, weight=v),
    "PatchNR": lambda v: PatchNR(PatchFlow(4, 1, 2), 2, weight=v),
    "ICNNPrior": lambda v: ICNNPrior(ICNN(1, 2, 2), v),
    "LaplaceNoise": LaplaceNoise,
    "PoissonNoise": PoissonNoise,
    "PoissonGaussianNoise": PoissonGaussianNoise,
    "PoissonGaussianNoise.sigma": lambda v: PoissonGaussianNoise(0.1, v),
    "LogPoissonNoise": LogPoissonNoise,
    "LogPoissonNoise.attenuation": lambda v: LogPoissonNoise(100.0, v),
    "IndicatorL2": lambda v: IndicatorL2(Denoising(), Y, v),
    "ItohFidelity": lambda v: ItohFidelity(SpatialUnwrapping(), Y, v),
    "SpatialUnwrapping": SpatialUnwrapping,
    "Haze": lambda v: Haze(Y, v),
    "LogSchedule": lambda v: LogSchedule(v, 0.1, 3),
    "LogSchedule.last": lambda v: LogSchedule(0.1, v, 3),
}
# The same, and zero is allowed.
NOT_NEGATIVE: dict[str, Make] = {
    "GaussianNoise": GaussianNoise,
    "RED.sigma": lambda v: RED(DENOISER, v),
    "GradientStepPrior.sigma": lambda v: GradientStepPrior(GRADIENT_STEP, v),
}
# A number > 0.
POSITIVE: dict[str, Make] = {
    "TGVPrior.ratio": lambda v: TGVPrior(1.0, v),
    "AnscombeDenoiser": lambda v: AnscombeDenoiser(DENOISER, v),
    "AnscombeDenoiser.strength": lambda v: AnscombeDenoiser(DENOISER, 0.1, v),
    "TVDenoiser": TVDenoiser,
    "TGVDenoiser": TGVDenoiser,
    "TGVDenoiser.ratio": lambda v: TGVDenoiser(1.0, v),
    "EPLLDenoiser": lambda v: EPLLDenoiser(MIXTURE, 2, betas=(1.0, v)),
    "PSNR": PSNR,
    "SSIM": SSIM,
    "SSIM.width": lambda v: SSIM(width=v),
    "SpectralPreconditioner": lambda v: SpectralPreconditioner(BlurFFT(KERNEL), v),
    "Annealing.first": lambda v: Annealing(first=v),
    "Annealing.weight": lambda v: Annealing(weight=v),
    "PixelFit.rate": lambda v: PixelFit(rate=v),
    "Fit.rate": lambda v: Fit(rate=v),
    "NoiseInput": lambda v: NoiseInput(scale=v),
    "FourierFeatures": lambda v: FourierFeatures(2, v),
    "DiscrepancyStop": DiscrepancyStop,
    "DiscrepancyPrinciple": DiscrepancyPrinciple,
    "SURE": lambda v: SURE(epsilon=v),
    "GCV": lambda v: GCV(epsilon=v),
    "AndersonMixing.safeguard": lambda v: AndersonMixing(safeguard=v),
    "Broyden.safeguard": lambda v: Broyden(safeguard=v),
    "MotionBlurGenerator.spread": lambda v: MotionBlurGenerator(5, v),
    "MotionBlurGenerator.smoothness": lambda v: MotionBlurGenerator(5, 1.0, v),
    "LISTA": lambda v: LISTA(1, v, "haar", 1),
    "MoDL": lambda v: MoDL(DENOISER, 1, v),
    "VarNet": lambda v: VarNet([DENOISER], v),
    "Backtracking.first": lambda v: Backtracking(PGD(), first=v),
    "PGD": PGD,
    "GD": GD,
    "FISTA": FISTA,
    "SAGA": SAGA,
    "MD": MD,
    "PMD": PMD,
    "ADMM": ADMM,
    "HQS": HQS,
    "DRS": DRS,
    "CondatVu": CondatVu,
    "CondatVu.dual": lambda v: CondatVu(dual_step_size=v),
    "CondatVu.relaxation": lambda v: CondatVu(relaxation=v),
    "PDHG": PDHG,
    "PDHG.dual": lambda v: PDHG(dual_step_size=(0.1, v)),
    "SPDHG": SPDHG,
    "SPDHG.dual": lambda v: SPDHG(dual_step_size=v),
    "SDMM": SDMM,
    "SDMM.data": lambda v: SDMM(data_step_size=v),
}
# A number >= 0.
NUMBER: dict[str, Make] = {
    "TVPrior.tol": lambda v: TVPrior(tol=v),
    "TGVPrior.tol": lambda v: TGVPrior(tol=v),
    "WaveletPrior.tol": lambda v: WaveletPrior(1.0, "haar", tol=v),
    "TVDenoiser.tol": lambda v: TVDenoiser(tol=v),
    "TGVDenoiser.tol": lambda v: TGVDenoiser(tol=v),
    "IndicatorL2.tol": lambda v: IndicatorL2(Denoising(), Y, 1.0, v),
    "ChannelwiseLikelihood.tol": lambda v: ChannelwiseLikelihood(Channelwise([Denoising()]), Y, tol=v),
    "ICNNPrior.strong": lambda v: ICNNPrior(ICNN(1, 2, 2), 1.0, v),
    "DnCNN": lambda v: DnCNN(1, 2, 2, v),
    "IRCNN": lambda v: IRCNN(1, 2, v),
    "Annealing.floor": lambda v: Annealing(floor=v),
    "AndersonMixing.regularization": lambda v: AndersonMixing(regularization=v),
    "DiffractionBlurGenerator.amplitude": lambda v: DiffractionBlurGenerator(5, amplitude=v),
    "GaussianBlurGenerator": lambda v: GaussianBlurGenerator(5, (v or 0.7, 4.0)),
    "SigmaGenerator": lambda v: SigmaGenerator(v, 9.0),
    "GainGenerator": lambda v: GainGenerator(v, 9.0),
    "ObjectiveChange": ObjectiveChange,
    "DualityGap": DualityGap,
    "SpectralInit.tol": lambda v: SpectralInit(tol=v),
    "FixedPoint.tol": lambda v: FixedPoint(tol=v),
    "Fit.input_noise": lambda v: Fit(input_noise=v),
    "Fit.parameter_noise": lambda v: Fit(parameter_noise=v),
    "PixelFit.contrast": lambda v: PixelFit(contrast=v),
    "MoDL.sigma": lambda v: MoDL(DENOISER, 1, 0.1, v),
}
# An integer, at least the number given.
COUNTS: dict[str, tuple[Make, int]] = {
    "TVPrior": (lambda v: TVPrior(max_steps=v), 1),
    "TGVPrior": (lambda v: TGVPrior(max_steps=v), 1),
    "WaveletPrior": (lambda v: WaveletPrior(1.0, "haar", max_steps=v), 1),
    "WaveletPrior.level": (lambda v: WaveletPrior(1.0, "haar", v), 1),
    "Wavelet": (lambda v: Wavelet("haar", v), 1),
    "WaveletDenoiser": (lambda v: WaveletDenoiser("haar", v), 1),
    "TGVDenoiser": (lambda v: TGVDenoiser(max_steps=v), 1),
    "IRCNNBank": (lambda v: IRCNNBank(1, 2, v), 1),
    "EPLLDenoiser.stride": (lambda v: EPLLDenoiser(MIXTURE, 2, v), 1),
    "PatchCovarianceNoiseEstimator": (PatchCovarianceNoiseEstimator, 3),
    "TiledDenoiser": (lambda v: TiledDenoiser(DENOISER, v), 1),
    "ICNN": (lambda v: ICNN(1, 2, v), 1),
    "PatchFlow": (lambda v: PatchFlow(v, 1, 2), 2),
    "PatchPrior": (lambda v: PatchPrior(torch.nn.Identity(), 2, v), 1),
    "SSIM": (lambda v: SSIM(window=v), 1),
    "ChannelwiseLikelihood": (lambda v: ChannelwiseLikelihood(Channelwise([Denoising()]), Y, v), 1),
    "ChannelwiseLikelihood.passes": (lambda v: ChannelwiseLikelihood(Channelwise([Denoising()]), Y, passes=v), 1),
    "IndicatorL2": (lambda v: IndicatorL2(Denoising(), Y, 1.0, 0.1, v), 1),
    "Downsampling": (lambda v: Downsampling(KERNEL, v), 1),
    "DownsamplingGenerator": (DownsamplingGenerator, 1),
    "GaussianBlurGenerator": (GaussianBlurGenerator, 1),
    "MotionBlurGenerator": (MotionBlurGenerator, 3),
    "DiffractionBlurGenerator": (DiffractionBlurGenerator, 1),
    "AndersonMixing": (AndersonMixing, 1),
    "Broyden": (Broyden, 1),
    "LogSchedule": (lambda v: LogSchedule(1.0, 0.1, v), 1),
    "Annealing": (Annealing, 1),
    "Backtracking": (lambda v: Backtracking(PGD(), max_trials=v), 1),
    "EverySteps": (EverySteps, 1),
    "Unrolled": (lambda v: Unrolled(PGD(), Tikhonov(), v), 1),
    "Checkpointed": (Checkpointed, 1),
    "Reversible": (lambda v: Reversible(anchor_every=v), 1),
    "Phantom": (Phantom, 1),
    "FixedPoint": (lambda v: FixedPoint(max_steps=v), 0),
    "SpectralInit": (SpectralInit, 0),
    "LISTA": (lambda v: LISTA(v, 1.0, "haar", 1), 1),
    "PDNet": (lambda v: PDNet((1, 1), v, 1, 1, 2), 1),
    "PDNet.n_primal": (lambda v: PDNet((1, 1), 1, v, 1, 2), 1),
    "PDNet.n_dual": (lambda v: PDNet((1, 1), 1, 1, v, 2), 1),
    "PixelFit": (lambda v: PixelFit(max_steps=v), 1),
    "Fit": (Fit, 1),
    "Fit.runs": (lambda v: Fit(runs=v), 1),
    "Fit.coarse": (lambda v: Fit(coarse=v), 0),
    "HeldOut": (lambda v: HeldOut(patience=v), 1),
    "MovingVariance": (MovingVariance, 2),
    "MovingVariance.patience": (lambda v: MovingVariance(patience=v), 1),
    "MovingVariance.pixels": (lambda v: MovingVariance(pixels=v), 1),
    "NoiseInput": (NoiseInput, 1),
    "FourierFeatures": (FourierFeatures, 1),
    "Search": (Search, 1),
    "Search.renew": (lambda v: Search(renew=v), 0),
    "SURE": (SURE, 1),
    "GCV": (GCV, 1),
}
# An interval: some numbers outside and one inside.
INTERVALS: dict[str, tuple[Make, tuple[float, ...], float]] = {
    "BetaTV": (lambda v: BetaTV(1.0, v), (1.0, -2.0, math.inf), 1.5),
    "DRS": (lambda v: DRS(relaxation=v), (0.0, 2.0), 1.9),
    "SDMM": (lambda v: SDMM(relaxation=v), (0.0, 2.0), 1.9),
    "SART": (SART, (0.0, 2.0), 1.9),
    "SIRT": (SIRT, (0.0, 2.0), 1.9),
    "Backtracking.shrink": (lambda v: Backtracking(PGD(), v), (0.0, 1.0), 0.5),
    "Backtracking.grow": (lambda v: Backtracking(PGD(), grow=v), (0.9, math.inf), 1.0),
    "LogSchedule": (lambda v: LogSchedule(1.0, 0.1, 3, v), (-0.1, 1.1), 1.0),
    "Annealing": (lambda v: Annealing(mix=v), (-0.1, 1.1), 1.0),
    "Reversible": (Reversible, (0.0, 1.0), 0.3),
    "Phantom": (lambda v: Phantom(5, v), (0.0, 1.1), 1.0),
    "Picard": (Picard, (0.0, 1.1), 1.0),
    "AndersonMixing": (lambda v: AndersonMixing(damping=v), (0.0, 1.1), 1.0),
    "DiffractionBlurGenerator": (lambda v: DiffractionBlurGenerator(5, v), (0.0, 1.1), 1.0),
    "DownsamplingMatlab": (DownsamplingMatlab, (0.5, math.inf), 1.5),
    "Fit.average": (lambda v: Fit(average=v), (-0.1, 1.0), 0.0),
    "Fit.fallback": (lambda v: Fit(fallback=v), (0.0, -1.0), math.inf),
    "HeldOut": (HeldOut, (0.0, 1.0), 0.5),
    "SelfGuide": (SelfGuide, (0.0, 1.0), 0.5),
}
# Tensors of numbers > 0 or >= 0, of any shape.
TENSORS: dict[str, tuple[Make, torch.Tensor]] = {
    "Preconditioned": (lambda v: Preconditioned(PGD(), v), torch.ones(3, 1)),
    "FieldsOfExperts.weights": (lambda v: FieldsOfExperts(torch.ones(2, 1, 2, 2), v, torch.ones(2)), torch.ones(2)),
    "FieldsOfExperts.scale": (lambda v: FieldsOfExperts(torch.ones(2, 1, 2, 2), torch.ones(2), v), torch.ones(2)),
    "Haze.depth": (lambda v: Haze(v, 0.1), torch.ones(1, 1, 2, 2)),
    "PoissonNoise.background": (lambda v: PoissonNoise(0.1, v), torch.ones(1, 1, 2, 2)),
    "GaussianMixture": (
        lambda v: GaussianMixture(v, torch.zeros(2, 2), torch.eye(2).expand(2, 2, 2)),
        torch.full((2,), 0.5),
    ),
}
# A tensor of step sizes: an infinite or NaN one is the failure of its own sample.
STEPS = ("PGD", "GD", "FISTA", "SAGA", "MD", "PMD", "ADMM", "HQS", "DRS", "CondatVu", "PDHG", "PDHG.dual", "SDMM")


def outside() -> Iterator[tuple[str, Make, list[Any]]]:
    """Names, constructors, and values that they must refuse."""
    for name, make in PER_SAMPLE.items():
        numbers = [-1.0, 0.0, math.nan, math.inf]
        yield name, make, [*numbers, *(torch.tensor([1.0, value]) for value in numbers), torch.ones(2, 2)]
    for name, make in NOT_NEGATIVE.items():
        numbers = [-1.0, math.nan, math.inf]
        yield name, make, [*numbers, *(torch.tensor([1.0, value]) for value in numbers), torch.ones(2, 2)]
    for name, make in POSITIVE.items():
        steps = [torch.tensor([1.0, value]) for value in (-1.0, 0.0)] if name in STEPS else []
        yield name, make, [-1.0, 0.0, math.nan, math.inf, *steps]
    for name, make in NUMBER.items():
        yield name, make, [-1.0, math.nan, math.inf]
    for name, (make, least) in COUNTS.items():
        yield f"count {name}", make, [least - 1, -5, least + 0.5, math.nan, math.inf]
    for name, (make, bad, _) in INTERVALS.items():
        yield f"interval {name}", make, [*bad, math.nan]
    for name, (make, good) in TENSORS.items():
        ends = [torch.cat([good.flatten()[:-1], torch.tensor([value])]) for value in (-1.0, math.nan, math.inf)]
        yield f"tensor {name}", make, [end.reshape(good.shape) for end in ends]


OUTSIDE = list(outside())


@pytest.mark.parametrize(("make", "values"), [row[1:] for row in OUTSIDE], ids=[row[0] for row in OUTSIDE])
def test_what_is_out_of_range_is_refused(make: Make, values: list[Any]) -> None:
    taken = []
    for value in values:
        with contextlib.suppress(PreimageError):
            taken.append((value, make(value)))
    assert not taken


@pytest.mark.parametrize("table", [PER_SAMPLE, NOT_NEGATIVE])
def test_what_is_in_range_is_taken(table: dict[str, Make]) -> None:
    for make in table.values():
        for value in (0.5, torch.tensor(0.5), torch.tensor([0.5, 2.0])):
            make(value)


def test_other_numbers_in_range_are_taken() -> None:
    for make in POSITIVE.values():
        make(0.5)
    for make in (*NOT_NEGATIVE.values(), *NUMBER.values()):
        make(0.0)
    for make, least in COUNTS.values():
        make(least)
    for make, _, inside in INTERVALS.values():
        make(inside)
    for make, good in TENSORS.values():
        make(good)
    for name in STEPS:
        POSITIVE[name](torch.tensor([0.5, math.inf]))
