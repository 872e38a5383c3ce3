"""The raw data of which a camera made a picture."""

from collections.abc import Callable

import torch
from torch import Tensor

from preimage._tree import Measurement
from preimage.kernels.pointwise.raw_loops import raw_in_loops, raw_pulled_in_loops
from preimage.machine.compiler import can_compile
from preimage.physics.camera.camera_pipeline import CameraPipeline
from preimage.physics.noise import Noise
from preimage.physics.operator.base import Physics
from preimage.physics.pixelwise.demosaicing import Demosaicing

__all__ = ["RawCamera"]


class RawCamera(Physics):
    """``A(x) = mosaic(pipeline.inverse(x))``: what the sensor measured of the scene that was finished to ``x``.

    The noise of a camera belongs here: between the light and the picture. ``pipeline(demosaicked y)`` is the picture
    that the camera would have made of the noisy measurement.

    Args:
        pipeline: how the camera develops a picture.
        pattern: colours of a cell of the mosaic, row by row: "RGGB", "BGGR", "GRBG" or "GBRG".

    Shapes: ``x`` (B, 3, H, W), in [0, 1]; ``y`` (B, 1, H, W), in proportion to light.

    Raises:
        ArgumentError: there is no such pattern.

    Source: Brooks et al., "Unprocessing images for learned raw denoising", CVPR 2019.
    """

    def __init__(self, pipeline: CameraPipeline, pattern: str = "RGGB", noise: Noise | None = None) -> None:
        super().__init__(noise)
        self.pipeline = pipeline
        self.pattern = pattern
        self._mosaic = Demosaicing(pattern)

    def A(self, x: Tensor) -> Tensor:
        """One colour a pixel of the light behind ``x``."""
        mix = self._mix_for_loops(x)
        if mix is not None:
            return raw_in_loops(x, mix, self._mosaic.cell)
        return self._mosaic.A(self.pipeline.inverse(x))

    def vjp(self, x: Tensor, v: Measurement) -> Tensor:
        """The slope of the tone curve times what ``v`` is in every colour."""
        assert isinstance(v, Tensor)
        mix = self._mix_for_loops(x, v) if v.shape == (len(x), 1, *x.shape[2:]) else None
        if mix is not None:
            return raw_pulled_in_loops(x, mix, v, self._mosaic.cell)
        return super().pullback(x)[1](v)

    def pullback(self, x: Tensor) -> tuple[Measurement, Callable[[Measurement], Tensor]]:
        """``A(x)``, and :meth:`vjp`."""
        if self._mix_for_loops(x) is None:
            return super().pullback(x)
        return self.A(x), lambda v: self.vjp(x, v)

    def _mix_for_loops(self, x: Tensor, *others: Tensor) -> Tensor | None:
        """The colours of the sensor by those of light, where loops may compute: they know sRGB in single precision."""
        if self.pipeline.tone != "srgb" or x.dtype != torch.float32 or not can_compile(x, *others):
            return None
        mix = self.pipeline.unmixing(x)
        return mix if can_compile(mix) else None
