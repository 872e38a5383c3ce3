"""How well the spectra of the pixels are kept, and the quality of pansharpening with and without the truth."""

from preimage.metric.spectral.ergas import ERGAS
from preimage.metric.spectral.no_truth import DS, QNR, DLambda, PansharpeningMetric
from preimage.metric.spectral.sam import SAM

__all__ = ["DS", "ERGAS", "QNR", "SAM", "DLambda", "PansharpeningMetric"]
