"""The risk of images from measurements whose sampling changes, as if all samples were equally frequent."""

import torch
from torch import Tensor

from preimage._ranges import check_level, check_number
from preimage._seen import keep_seen
from preimage._tree import leaves, sum_leaves
from preimage.errors import ShapeError
from preimage.loss._entries import gaussian_levels, real_dimensions, squared_gaps
from preimage.loss.base import Loss
from preimage.loss.divergence import Probing
from preimage.loss.inputs import LossInputs

__all__ = ["ENSURELoss"]


class ENSURELoss(Loss):
    r"""An unbiased estimate of the error on the samples taken, weighted so that rare samples count like frequent ones.

    For ``A = mask * U`` with a unitary ``U``, such as :class:`preimage.physics.MRI` of one coil and
    :class:`preimage.physics.Inpainting`, and masks of zeros and ones that take sample ``i`` with probability ``p_i``:
    SURE of each sample taken, divided by ``p_i``. The value
    ``sum_i mask_i (|A f(y) - y|_i^2 - c sigma^2 + 2 sigma^2 d(A f(y))_i / d y_i) / (p_i m)`` estimates
    ``sum_i mask_i |U f(y) - U x|_i^2 / (p_i m)``, with ``c`` one, or two for complex samples, and ``m`` the number
    of all entries of ``y``. Over the masks that is the error ``||f(y) - x||^2 / m`` of the whole image, if the error
    does not depend on the mask. In truth what was shown is known better than what was filled in, so that the estimate
    is too small; the publication neglects that. :class:`SplittingLoss` judges by what is *not* shown. One value may be
    negative.

    It is biased where the noise is not white and Gaussian of this ``sigma``. Small ``p_i`` have a large variance.

    Args:
        probability: ``p``, in (0, 1], broadcastable to ``y``; the mean of many masks is one. One where samples are
            always taken, such as the middle of k-space.
        sigma: standard deviation of the noise, in real and imaginary parts each; ``None`` takes that of the physics.
        tau: step of finite differences in units of ``y``; ``None`` differentiates the model instead.
        probes: number of random directions for the divergence; ``None`` takes all entries in turn, exactly.

    Raises:
        ArgumentError: a number is out of its range.

    Source: Aggarwal, Pramanik, John, Jacob, "ENSURE: a general approach for unsupervised training of deep image
    reconstruction algorithms", IEEE Trans. Medical Imaging 2023.
    """

    def __init__(
        self,
        probability: Tensor,
        sigma: float | Tensor | None = None,
        tau: float | None = 1e-3,
        probes: int | None = 1,
    ) -> None:
        super().__init__()
        check_level("probability", probability, "give the mean of many masks; what is never taken cannot be judged")
        check_level("probability", 1 - probability, "none is above 1", zero=True)
        if sigma is not None:
            check_number("sigma", sigma, "give a standard deviation in units of `y`", zero=True)
        self.probability = probability
        self.sigma = sigma
        self.tau = tau
        self.probes = probes
        self._probing = Probing(tau, probes)
        self.needs_estimate = tau is not None

    def evaluate(self, inputs: LossInputs) -> Tensor:
        """The estimate of each image, (B,).

        Raises:
            ShapeError: the measurement is a tuple, or does not fit the probabilities.
        """
        y, seen = inputs.y, inputs.physics.seen(inputs.y)
        if not isinstance(y, Tensor) or torch.broadcast_shapes(self.probability.shape, y.shape) != y.shape:
            shapes = [tuple(part.shape) for part in leaves(y)]
            raise ShapeError(
                f"`probability` must broadcast to one measurement `y`, got {tuple(self.probability.shape)} for "
                f"{shapes}; give one number for each sample."
            )
        level = gaussian_levels(self.sigma, inputs.physics, y)
        weight = keep_seen((1 / self.probability.to(y.real.dtype)).expand(y.shape), seen)
        h, trace = self._probing.trace(inputs, weight * level.square())
        noise = real_dimensions(y) * level.square()
        excess = sum_leaves(lambda gap: weight * (gap - noise), squared_gaps(h, y, seen))
        return (excess + 2 * trace) / max(1, y[:1].numel())
