"""Generators that draw images: of a posterior in one pass, or of a prior by a flow of codes."""

from preimage.sampling.generative.conditional import ConditionalGenerator
from preimage.sampling.generative.latent_flow import CodeVelocity, LatentFlow

__all__ = ["CodeVelocity", "ConditionalGenerator", "LatentFlow"]
