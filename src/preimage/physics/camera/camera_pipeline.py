"""From the colours that a sensor sees to a finished picture."""

from typing import Literal

import torch
from torch import Tensor

from preimage._ranges import check_level, holds_everywhere
from preimage._shapes import check_image, per_image
from preimage.errors import ArgumentError, ShapeError
from preimage.physics.camera.tone import TONES, to_light, to_picture
from preimage.physics.noise import Noise
from preimage.physics.operator.base import Physics

__all__ = ["CameraPipeline"]


class CameraPipeline(Physics):
    r"""``A(x) = tone(clip(C clip(exposure * white_balance * x)))``: a finished picture of the light on the sensor.

    ``x`` is what the three filters of the sensor let through, in proportion to light, 1 where the sensor is full.
    White balance makes grey things grey, the colour matrix turns the colours of the filters into those of sRGB, the
    tone curve makes steps even for the eye; each result is clipped to [0, 1].

    Args:
        white_balance: factors of red, green and blue, > 0: (B or 1, 3).
        colour_matrix: ``C``, from the camera's colours to linear sRGB, invertible: (B or 1, 3, 3). Grey stays grey
            where its rows sum to one. The identity by default.
        exposure: a factor of all colours, > 0: a number or (B,).
        tone: "srgb", "smoothstep" (sRGB with more contrast, ``3 p^2 - 2 p^3``) or "linear".

    Shapes: ``x`` (B, 3, H, W) red, green, blue; ``y`` is like it.

    Raises:
        ArgumentError: a factor is not positive; the matrix has no inverse; there is no such tone curve.
        ShapeError: an argument has another shape, or one that does not fit the images.

    Source: Brooks et al., "Unprocessing images for learned raw denoising", CVPR 2019; IEC 61966-2-1.
    """

    def __init__(
        self,
        white_balance: Tensor,
        colour_matrix: Tensor | None = None,
        exposure: float | Tensor = 1.0,
        tone: Literal["linear", "srgb", "smoothstep"] = "srgb",
        noise: Noise | None = None,
    ) -> None:
        super().__init__(noise)
        check_level("white_balance", white_balance, "give factors of red, green and blue")
        check_level("exposure", exposure, "give a factor of all colours")
        if white_balance.ndim != 2 or white_balance.shape[1] != 3:
            raise ShapeError(f"`white_balance` must have shape (B or 1, 3), got {tuple(white_balance.shape)}.")
        matrix = torch.eye(3, dtype=white_balance.dtype)[None] if colour_matrix is None else colour_matrix
        if matrix.ndim != 3 or matrix.shape[1:] != (3, 3):
            raise ShapeError(f"`colour_matrix` must have shape (B or 1, 3, 3), got {tuple(matrix.shape)}; reshape it.")
        if not holds_everywhere(torch.linalg.det(matrix.detach()).abs() > 0):
            raise ArgumentError("`colour_matrix` must have an inverse, got one of determinant 0; measure it again.")
        if tone not in TONES:
            raise ArgumentError(f"`tone` must be one of {', '.join(TONES)}, got {tone!r}; name one of them.")
        self.white_balance = white_balance
        self.colour_matrix = matrix
        self.exposure = exposure
        self.tone = tone

    def A(self, x: Tensor) -> Tensor:
        """The picture that the camera makes of ``x``."""
        balanced = (self._gains(x) * x).clamp(0, 1)
        return to_picture(self._mixed(self._matrix(x), balanced).clamp(0, 1), self.tone)

    def inverse(self, y: Tensor) -> Tensor:
        """The light behind a finished picture: exact where nothing was clipped.

        Values of ``y`` are clipped to [0, 1]. The result may leave [0, 1] where the picture has colours that the camera
        does not see.
        """
        light = to_light(y.clamp(0, 1), self.tone)
        return self._mixed(torch.linalg.inv(self._matrix(y)), light) / self._gains(y)

    def unmixing(self, like: Tensor) -> Tensor:
        """What makes colours of the sensor of linear sRGB, (B or 1, 3, 3), for images like ``like``."""
        return torch.linalg.inv(self._matrix(like)) / self._gains(like)[..., 0]

    def _mixed(self, matrix: Tensor, x: Tensor) -> Tensor:
        return (matrix @ x.flatten(2)).unflatten(2, x.shape[2:])

    def _matrix(self, like: Tensor) -> Tensor:
        self._fits("colour_matrix", self.colour_matrix, like)
        return self.colour_matrix.to(like)

    def _gains(self, like: Tensor) -> Tensor:
        """(B or 1, 3, 1, 1)."""
        check_image(like, spatial=(2,))
        if like.shape[1] != 3 or like.is_complex():
            raise ShapeError(f"`x` must be RGB, (B, 3, H, W), got {tuple(like.shape)} {like.dtype}.")
        self._fits("white_balance", self.white_balance, like)
        return self.white_balance.to(like)[..., None, None] * per_image(self.exposure, like)

    def _fits(self, name: str, value: Tensor, like: Tensor) -> None:
        if value.shape[0] not in (1, like.shape[0]):
            raise ShapeError(f"`{name}` must be one, or one for each of {like.shape[0]} images, got {len(value)}.")
