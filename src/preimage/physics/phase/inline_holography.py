"""Holograms without a reference beam."""

from preimage.physics.phase.phase_retrieval import PhaseRetrieval

__all__ = ["InlineHolography"]


class InlineHolography(PhaseRetrieval):
    """``A(x) = |P x|^2``: the intensity at some distance behind an object with the complex transmission ``x`` (Gabor).

    The light that the object leaves alone is the reference. ``x = exp(-b + i p)`` with absorption ``b`` and phase
    ``p``; empty space is one. Several distances tell the phase from the absorption:
    ``PhaseRetrieval(stack(FresnelPropagation(z1, w, p), FresnelPropagation(z2, w, p)))``.

    Args:
        operator: how the wave travels, such as a :class:`FresnelPropagation`.

    Source: Gabor, "A new microscopic principle", 1948.
    """
