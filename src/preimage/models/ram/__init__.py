"""One network for many problems: conditioned on operator and noise, indifferent to the units of either."""

from preimage.models.ram.model import RAM
from preimage.models.ram.trained import TrainedRAM, TrainedRange, TrainedRangeWarning

__all__ = ["RAM", "TrainedRAM", "TrainedRange", "TrainedRangeWarning"]
