"""Samplers of posteriors that put the measurement into their steps, not into the denoiser."""

from preimage.sampling.conditional.adam import AdamState, adam_step
from preimage.sampling.conditional.base import ConditionalSampler, Draw
from preimage.sampling.conditional.daps import DAPS
from preimage.sampling.conditional.ddnm import DDNM
from preimage.sampling.conditional.ddrm import DDRM
from preimage.sampling.conditional.draw import ConditionalDraw, conditional_draw, levels_below
from preimage.sampling.conditional.pnp_dm import PnPDM
from preimage.sampling.conditional.pnp_flow import PnPFlow
from preimage.sampling.conditional.red_diff import REDDiff
from preimage.sampling.conditional.singular_system import SingularSystem, singular_system
from preimage.sampling.conditional.sitcom import SITCOM

__all__ = [
    "DAPS",
    "DDNM",
    "DDRM",
    "SITCOM",
    "AdamState",
    "ConditionalDraw",
    "ConditionalSampler",
    "Draw",
    "PnPDM",
    "PnPFlow",
    "REDDiff",
    "SingularSystem",
    "adam_step",
    "conditional_draw",
    "levels_below",
    "singular_system",
]
