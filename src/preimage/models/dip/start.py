"""Networks that do not start from random weights."""

import copy
from dataclasses import dataclass, field

from preimage.errors import ArgumentError
from preimage.models.dip.networks.generator import Generator

__all__ = ["StartFrom"]


@dataclass(frozen=True, eq=False)
class StartFrom:
    """What makes networks for :class:`preimage.models.DeepImagePrior`: copies of one that has been trained.

    All samples and runs then start from the same weights; ``network`` itself is left as it is.

    Args:
        network: for as many channels of input and image as will be asked for.
    """

    network: Generator = field(repr=False)

    def __call__(self, inputs: int, outputs: int) -> Generator:
        """A copy.

        Raises:
            ArgumentError: the network is for other channels.
        """
        if (self.network.inputs, self.network.outputs) != (inputs, outputs):
            raise ArgumentError(
                f"`network` must have {inputs} channels of input and {outputs} of the image, got "
                f"{self.network.inputs} and {self.network.outputs}; take other weights, or another input."
            )
        return copy.deepcopy(self.network).requires_grad_(True)
