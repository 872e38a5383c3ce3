"""Splitting of noisy measurements: what is shown is judged, too."""

import torch
from torch import Tensor

from preimage._ranges import check_count, check_level, check_number
from preimage._shapes import per_image
from preimage._tree import Measurement
from preimage.errors import CapabilityError, ShapeError
from preimage.fidelity import Measured
from preimage.loss.base import Loss
from preimage.loss.inputs import LossInputs, Model
from preimage.loss.splitting.masking import mask_physics, measured_image, same_split, split_by
from preimage.loss.splitting.weighted_splitting import check_chances, unseen_error
from preimage.physics import GaussianNoise, LinearPhysics, Physics
from preimage.physics.generators import SplittingMaskGenerator
from preimage.reconstructor import Reconstructor

__all__ = ["RobustSplitAverage", "RobustSplittingLoss"]


class RobustSplittingLoss(Loss):
    r"""Weighted splitting plus ``1/n ||(1 + 1/alpha^2) M (A f(z, M A) - y)||^2``, where ``z = M (y + alpha sigma e)``.

    The network sees entries with still more Gaussian noise ``e``, so that the measurement itself tells how to remove
    it. The entries kept back are judged as by :class:`WeightedSplittingLoss`. With ``c = 1 + 1/alpha^2`` the
    expectation is ``1/n`` times the supervised risk of the *corrected* estimate ``c A x_hat - z / alpha^2`` on what is
    shown, that of ``A x_hat`` on all else, and the variances of the noise, ``c`` times on what is shown. This needs
    Gaussian noise of the level ``sigma`` and what weighted splitting needs. :class:`RobustSplitAverage` makes the
    correction at test time.

    Args:
        mask_generator: draws which of the measured entries are shown.
        measured: the probability with which each entry is measured, in [0, 1], broadcastable to a measurement.
        kept: the probability with which a measured entry is shown, likewise.
        sigma: standard deviation of the noise of ``y``, a float > 0 or (B,); complex entries have it in both parts.
        alpha: how much noise is added in units of that, > 0.

    Raises:
        ArgumentError: a number is out of its range.
        ShapeError: the measurement is a tuple, or does not fit the masks.

    Source: Millard and Chiew, "Clean self-supervised MRI reconstruction from noisy, sub-sampled training data with
    Robust SSDU", Bioengineering 11, 2024.
    """

    needs_estimate = False

    def __init__(
        self,
        mask_generator: SplittingMaskGenerator,
        measured: Tensor,
        kept: Tensor,
        sigma: float | Tensor,
        alpha: float = 1.0,
    ) -> None:
        super().__init__()
        check_chances(measured, kept)
        check_number("sigma", sigma, "give the standard deviation of the noise")
        check_level("alpha", alpha, "1 adds as much noise as there is")
        self.mask_generator = mask_generator
        self.measured = measured
        self.kept = kept
        self.sigma = sigma
        self.alpha = alpha

    def evaluate(self, inputs: LossInputs) -> Tensor:
        """Both sums, by the number of all entries, (B,)."""
        measured = measured_image(inputs, type(self).__name__)
        kept, held = split_by(self.mask_generator, measured, inputs.rng)
        more = GaussianNoise(self.sigma).sample(torch.zeros_like(measured.y), inputs.rng)
        shown = torch.where(kept, measured.y + self.alpha * more, 0)
        x_hat = inputs.model(shown, mask_physics(inputs.physics, kept))
        factor = (1 + self.alpha**-2) ** 2
        square = (measured.physics.A(x_hat) - measured.y).abs().square()
        cleaned = factor * torch.where(kept, square, 0).flatten(1).sum(1) / measured.y.shape[1:].numel()
        return cleaned + unseen_error(measured, held, x_hat, self.measured, self.kept)


class RobustSplitAverage(Reconstructor):
    r"""``mean_i x_i + (M_i A)^+ (M_i A x_i - z_i) / alpha^2``, the corrected estimates of several parts.

    It is how a network trained by :class:`RobustSplittingLoss` is used. ``x_i = f(z_i, M_i A)`` of ``z_i = M_i (y +
    alpha sigma e_i)`` with random masks and standard normal ``e_i``, as in the training. The correction puts ``(1 +
    1/alpha^2) A x_i - z_i / alpha^2`` in the place of what was shown, where the entries of ``A x`` can be chosen
    freely, as those of a spectrum or an image.

    Args:
        model: ``f``, a reconstructor.
        mask_generator: draws which of the measured entries are shown.
        sigma: standard deviation of the noise of ``y``, a float > 0 or (B,).
        alpha: as in the training, > 0.
        splits: how many masks, >= 1.
        seed: the seed of the masks and of the noise, which are the same for all samples.

    Raises:
        ArgumentError: a number is out of its range.
        CapabilityError: the physics is not linear.
        ShapeError: the measurement is a tuple, or does not fit the masks.
    """

    def __init__(
        self,
        model: Model,
        mask_generator: SplittingMaskGenerator,
        sigma: float | Tensor,
        alpha: float = 1.0,
        splits: int = 5,
        seed: int = 0,
    ) -> None:
        super().__init__()
        check_number("sigma", sigma, "give the standard deviation of the noise")
        check_level("alpha", alpha, "1 adds as much noise as there is")
        check_count("splits", splits, "5 to 10 are usual")
        self.model = model
        self.mask_generator = mask_generator
        self.sigma = sigma
        self.alpha = alpha
        self.splits = splits
        self.seed = seed

    def forward(self, y: Measurement, physics: Physics) -> Tensor:
        """The mean of the corrected estimates."""
        if not isinstance(y, Tensor):
            raise ShapeError("`y` must be one tensor for RobustSplitAverage, got a tuple; take one sensor.")
        measured = Measured.of(physics, y)
        estimates = []
        for index in range(self.splits):
            kept, rng = same_split(self.mask_generator, measured, self.seed, index)
            part = mask_physics(physics, kept)
            if not isinstance(part, LinearPhysics):
                raise CapabilityError(
                    f"`physics` must be linear for RobustSplitAverage, got {type(physics).__name__}; take SplitAverage."
                )
            wide = torch.complex128 if y.is_complex() else torch.float64
            more = torch.randn(y.shape[1:], generator=rng, dtype=wide).to(y) * (2**0.5 if y.is_complex() else 1)
            shown = torch.where(kept, measured.y + self.alpha * per_image(self.sigma, y) * more, 0)
            x_hat = self.model(shown, part)
            estimates.append(x_hat + part.A_dagger(part.A(x_hat) - shown) / self.alpha**2)
        return torch.stack(estimates).mean(0)
