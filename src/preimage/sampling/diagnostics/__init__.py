"""Whether chains have converged, and how many independent samples they are worth."""

from preimage.sampling.diagnostics.autocorrelation import autocorrelation
from preimage.sampling.diagnostics.effective_sample_size import bulk_ess, mean_ess, tail_ess
from preimage.sampling.diagnostics.r_hat import r_hat
from preimage.sampling.diagnostics.sbc import rank_uniformity, sbc_ranks

__all__ = ["autocorrelation", "bulk_ess", "mean_ess", "r_hat", "rank_uniformity", "sbc_ranks", "tail_ess"]
