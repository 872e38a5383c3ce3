"""Scenes behind haze."""

from collections.abc import Callable

import torch
from torch import Tensor

from preimage._ranges import check_level
from preimage._shapes import check_image, per_image
from preimage.errors import ShapeError
from preimage.kernels.pointwise.haze import through_haze
from preimage.physics.noise import Noise
from preimage.physics.operator.base import Physics

__all__ = ["Haze"]


class Haze(Physics):
    """``A(x) = t * x + airlight * (1 - t)`` with the transmission ``t = exp(-beta * depth)``.

    Haze dims the scene and lays its own light over it. ``A(x) - A(0)`` is linear in ``x``: with Gaussian noise,
    ``Inpainting(haze.transmission(x), noise)`` on ``y - A(0)`` is the same problem with a linear operator.

    Args:
        depth: distance of the scene in metres, (B or 1, 1, H, W), at least 0.
        beta: scattering coefficient in 1/metre, > 0, a float or (B,).
        airlight: colour of the haze in image units, at least 0, a float or (B or 1, C).

    Shapes: ``x`` (B, C, H, W); ``y`` is like it.

    Raises:
        ArgumentError: ``depth`` or ``airlight`` is negative or not finite, ``beta`` is not positive.
        ShapeError: ``depth``, ``beta`` or ``airlight`` has another shape, or one that does not fit the image.

    Source: Koschmieder 1924; Narasimhan, Nayar, "Vision and the atmosphere", IJCV 2002.
    """

    def __init__(
        self, depth: Tensor, beta: float | Tensor, airlight: float | Tensor = 1.0, noise: Noise | None = None
    ) -> None:
        super().__init__(noise)
        check_level("depth", depth, "give distances in metres", zero=True)
        check_level("beta", beta, "give the scattering coefficient in 1/metre")
        check_level("airlight", airlight, "give the colour of the haze in image units", zero=True)
        if depth.ndim != 4 or depth.shape[1] != 1:
            raise ShapeError(f"`depth` must have shape (B or 1, 1, H, W), got {tuple(depth.shape)}; reshape it.")
        if isinstance(beta, Tensor) and beta.ndim > 1:
            raise ShapeError(f"`beta` must be a number or (B,), got {tuple(beta.shape)}; give one value per image.")
        if isinstance(airlight, Tensor) and airlight.ndim not in (0, 2):
            raise ShapeError(
                f"`airlight` must be a number or (B or 1, C), got {tuple(airlight.shape)}; give one colour per image."
            )
        self.depth = depth
        self.beta = beta
        self.airlight = airlight

    def transmission(self, like: Tensor) -> Tensor:
        """``t``, the part of the scene's light that arrives: (B or 1, 1, H, W), real, for images like ``like``."""
        return (-per_image(self.beta, like) * self._depth_of(like)).exp()

    def A(self, x: Tensor) -> Tensor:
        """``t * x + airlight * (1 - t)``."""
        check_image(x, spatial=(2,))
        return through_haze(x, self._depth_of(x), per_image(self.beta, x), self._airlight_of(x))

    def vjp(self, x: Tensor, v: Tensor) -> Tensor:
        """``t * v``, without :meth:`A`."""
        check_image(x, spatial=(2,))
        return through_haze(v, self._depth_of(x), per_image(self.beta, x), v.real.new_zeros(1, 1, 1, 1))

    def pullback(self, x: Tensor) -> tuple[Tensor, Callable[[Tensor], Tensor]]:
        """``A(x)`` and ``v -> t * v``."""
        return self.A(x), lambda v: self.vjp(x, v)

    def seen(self, y: Tensor) -> Tensor:
        """Where ``t`` is not zero: scenes too far away leave no trace."""
        return self.transmission(y) > 0

    def _depth_of(self, like: Tensor) -> Tensor:
        """The distances, with the precision and device of ``like``."""
        batch, size = like.shape[0], like.shape[2:]
        if self.depth.shape[0] not in (1, batch) or self.depth.shape[2:] != size:
            raise ShapeError(
                f"`depth` must fit images {tuple(like.shape)}, got {tuple(self.depth.shape)}; give one map for all "
                "images or one each, of their size."
            )
        return self.depth.to(like.device, like.real.dtype)

    def _airlight_of(self, like: Tensor) -> Tensor:
        """(B or 1, C or 1, 1, 1), with the precision and device of ``like``."""
        airlight = torch.as_tensor(self.airlight, dtype=like.real.dtype, device=like.device)
        if airlight.ndim and (airlight.shape[0] not in (1, like.shape[0]) or airlight.shape[1] != like.shape[1]):
            raise ShapeError(
                f"`airlight` must fit images {tuple(like.shape)}, got {tuple(airlight.shape)}; give a value for each "
                "channel, for all images or each."
            )
        return airlight[..., None, None] if airlight.ndim else airlight.reshape(1, 1, 1, 1)
