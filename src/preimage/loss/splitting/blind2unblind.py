"""Blind estimates of all pixels, and the visible one beside them."""

import torch
from torch import Tensor

from preimage._ranges import check_count, check_level
from preimage._tree import Measurement
from preimage.fidelity import Measured
from preimage.loss.base import Loss
from preimage.loss.inputs import LossInputs, Model
from preimage.loss.ramp import Ramp
from preimage.loss.splitting.blind_spot import blind_estimate
from preimage.loss.splitting.masking import measured_image, require_denoising
from preimage.physics import Physics
from preimage.reconstructor import Reconstructor

__all__ = ["Blind2Unblind", "VisibleBlindSpot"]


class Blind2Unblind(Loss):
    r"""``||h + w f(y) - (1 + w) y||^2 + eta ||h - y||^2`` per pixel, for noisy images; no gradient through ``f(y)``.

    ``h`` is the blind estimate of :class:`BlindSpot`: each pixel comes from a pass of the network that did not see it.
    The expected *gradient* is the one that the clean image in place of ``y`` would give: this needs noise of mean zero
    that is independent from pixel to pixel. (The expected value differs by terms without a gradient.) At test time
    :class:`VisibleBlindSpot` combines both estimates. A call runs the network ``cell^2 + 1`` times.

    Args:
        weight: ``w``, lambda in the publication, > 0, or a :class:`preimage.loss.Ramp`: there 2 for the first 40 % of
            the steps, and from there a line to 20 at the end. The loss grows as its square.
        eta: the weight of the second term, >= 0.
        cell: side of a cell, >= 2; 2 in the publication, 4 in the code of its authors.

    Raises:
        ArgumentError: a number is out of its range.
        CapabilityError: the physics is not Denoising.
        ShapeError: the image has one pixel.

    Source: Wang et al., "Blind2Unblind: self-supervised image denoising with visible blind spots", CVPR 2022.
    """

    needs_estimate = False

    def __init__(self, weight: float | Ramp = 2.0, eta: float = 1.0, cell: int = 2) -> None:
        super().__init__()
        for end in (weight.first, weight.last) if isinstance(weight, Ramp) else (weight,):
            check_level("weight", end, "2 to 20 is usual")
        check_level("eta", eta, "1 is usual", zero=True)
        check_count("cell", cell, "2 and 4 are usual", least=2)
        self.weight = weight
        self.eta = eta
        self.cell = cell

    def evaluate(self, inputs: LossInputs) -> Tensor:
        """The mean over the pixels, (B,)."""
        require_denoising(inputs.physics, inputs.y, type(self).__name__)
        measured = measured_image(inputs, type(self).__name__)
        weight = self.weight.at(0) if isinstance(self.weight, Ramp) else self.weight
        with torch.no_grad():
            visible = inputs.model(measured.y, inputs.physics)
        error = blind_estimate(inputs.model, measured, self.cell) - measured.y
        both = error + weight * (visible - measured.y)
        squares = both.abs().square() + self.eta * error.abs().square()
        return squares.flatten(1).mean(1)

    def at(self, step: int) -> "Blind2Unblind":
        """The loss with the weight of this step."""
        return self.replace(weight=self.weight.at(step)) if isinstance(self.weight, Ramp) else self


class VisibleBlindSpot(Reconstructor):
    """``(h + w f(y)) / (1 + w)``: how a network ``f`` trained by :class:`Blind2Unblind` is used.

    Args:
        model: ``f``, a reconstructor of noisy images.
        weight: ``w``, as at the end of the training, > 0.
        cell: side of a cell of the blind estimate ``h``, as in the training, >= 2.

    Raises:
        ArgumentError: a number is out of its range.
        CapabilityError: the physics is not Denoising.
        ShapeError: the image has one pixel.

    Source: Wang et al., CVPR 2022.
    """

    def __init__(self, model: Model, weight: float = 20.0, cell: int = 2) -> None:
        super().__init__()
        check_level("weight", weight, "20 is usual")
        check_count("cell", cell, "2 and 4 are usual", least=2)
        self.model = model
        self.weight = weight
        self.cell = cell

    def forward(self, y: Measurement, physics: Physics) -> Tensor:
        """The weighted mean of the blind and the visible estimate."""
        require_denoising(physics, y, type(self).__name__)
        blind = blind_estimate(self.model, Measured.of(physics, y), self.cell)
        return (blind + self.weight * self.model(y, physics)) / (1 + self.weight)
