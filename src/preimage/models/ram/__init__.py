"""One network for many problems: conditioned on operator and noise, indifferent to the units of either."""

from preimage.models.ram.model import RAM

__all__ = ["RAM"]
