"""Relative error over all bands."""

from torch import Tensor

from preimage._ranges import check_level
from preimage._shapes import check_image
from preimage.kernels.pointwise.error import mean_error
from preimage.metric.base import Metric, check_pair, check_real

__all__ = ["ERGAS"]


class ERGAS(Metric):
    """Erreur relative globale adimensionnelle de synthese: ``100 / ratio sqrt(mean_c MSE_c / m_c^2)``.

    ``MSE_c`` is the mean squared error of band ``c`` and ``m_c`` the mean of that band of ``x``; infinite where that is
    zero. Every pixel counts, to the border; the unit of the values does not matter.

    Args:
        ratio: how many times smaller the pixels of the sharp image are than those of the colours, > 0.

    Shapes: ``x`` (B, C, H, W) or (B, C, D, H, W), real.

    Raises:
        ArgumentError: ``ratio`` is not positive.

    Source: Wald, "Quality of high resolution synthesised images: is there a simple criterion?", 2000.
    """

    def __init__(self, ratio: float = 4.0) -> None:
        super().__init__()
        check_level("ratio", ratio, "4 is that of most satellites")
        self.ratio = ratio

    def forward(self, x_hat: Tensor, x: Tensor) -> Tensor:
        """The score of each image, (B,)."""
        check_pair(x_hat, x)
        check_image(x)
        check_real(x_hat, x)
        error = mean_error(x_hat.flatten(0, 1), x.flatten(0, 1), squared=True).unflatten(0, x.shape[:2])
        return 100 / self.ratio * (error / x.flatten(2).mean(2).square()).mean(1).sqrt()
