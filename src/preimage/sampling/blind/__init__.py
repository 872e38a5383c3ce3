"""Images and parameters of their physics, sampled together."""

from preimage.sampling.blind.sampler import BlindSampler, JointPosterior, ParameterPrior

__all__ = ["BlindSampler", "JointPosterior", "ParameterPrior"]
