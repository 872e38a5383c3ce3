"""Priors: functionals of the image."""

from preimage.optim.prior.pnp import PnP

__all__ = ["PnP"]
