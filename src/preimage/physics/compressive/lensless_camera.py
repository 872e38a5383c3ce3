"""A camera without a lens."""

import torch.nn.functional as F
from torch import Tensor

from preimage._ranges import check_count
from preimage._shapes import check_float
from preimage._tree import Measurement
from preimage.errors import ArgumentError, ShapeError
from preimage.physics.noise import Noise
from preimage.physics.operator.linear import LinearPhysics
from preimage.transform import fast_length
from preimage.transform.convolution import as_filter, require_fit, require_kernel
from preimage.transform.transfer import filter_planes, transfer_function

__all__ = ["LenslessCamera"]


class LenslessCamera(LinearPhysics):
    r"""``y = crop(psf * x)``: every point of the scene throws the pattern ``psf`` onto a small sensor.

    The convolution is linear, not periodic: what a scene (H, W) throws is (H + h - 1, W + w - 1) large for a pattern
    (h, w), and the sensor sees the middle of it (one pixel nearer to the origin where it cannot be in the middle)::

        +-----------------------+   what the pattern of every point covers
        |      +---------+      |
        |      | sensor  |      |   y
        |      +---------+      |
        +-----------------------+

    Transforms are only as long as the sensor needs: what wraps around falls beside it.

    Args:
        psf: the measured pattern, real: (h, w), (C, h, w) or (B, C, h, w).
        sensor: rows and columns of the sensor; those of the whole convolution at most.
        shape: (H, W) of the scene.

    Shapes: ``x`` (B, C, H, W); ``y`` (B, C, *sensor).

    Raises:
        ArgumentError: the sensor is larger than what the scene throws.
        ShapeError: ``psf`` is no kernel.

    Source: Antipa et al., "DiffuserCam: lensless single-exposure 3D imaging", 2018.
    """

    def __init__(
        self, psf: Tensor, sensor: tuple[int, int], shape: tuple[int, int], noise: Noise | None = None
    ) -> None:
        super().__init__(noise)
        require_kernel(psf)
        if psf.ndim > 4:
            raise ShapeError(f"`psf` must be (h, w), (C, h, w) or (B, C, h, w), got {tuple(psf.shape)}; take a slice.")
        for size, image, taps in zip(sensor, shape, psf.shape[-2:], strict=True):
            check_count("sensor", size, "give its rows and columns")
            if size > image + taps - 1:
                raise ArgumentError(
                    f"`sensor` must be at most {image + taps - 1}, what a scene of {image} pixels throws by a pattern "
                    f"of {taps}, got {size}; make the sensor smaller, or the scene larger."
                )
        self.psf = psf
        self.sensor = sensor
        self.shape = shape

    def A(self, x: Tensor) -> Tensor:
        """The middle of the convolution."""
        kernel = self._fitted(x, "x", self.shape)
        lengths, starts = self._lengths()
        widths = _margins(lengths, x)
        rows, columns = (slice(start, start + size) for start, size in zip(starts, self.sensor, strict=True))
        spectrum = transfer_function(kernel, lengths)
        return filter_planes(x, spectrum, lambda part: F.pad(part, widths), lambda part: part[..., rows, columns])

    def A_adjoint(self, y: Tensor) -> Tensor:
        """The correlation with the pattern of ``y`` among zeros."""
        kernel = self._fitted(y, "y", self.sensor)
        lengths, starts = self._lengths()
        widths = _margins(lengths, y, starts)
        spectrum, (height, width) = transfer_function(kernel, lengths).conj(), self.shape
        return filter_planes(y, spectrum, lambda part: F.pad(part, widths), lambda part: part[..., :height, :width])

    def seen(self, y: Measurement) -> None:
        """All of the sensor."""
        return

    def _fitted(self, x: Tensor, name: str, sizes: tuple[int, ...]) -> Tensor:
        check_float(x, name)
        if x.is_complex() or x.ndim != 4 or tuple(x.shape[2:]) != tuple(sizes):
            raise ShapeError(
                f"`{name}` must be real and have shape (B, C, {sizes[0]}, {sizes[1]}), got {x.dtype} of shape "
                f"{tuple(x.shape)}; crop or resize it."
            )
        kernel = as_filter(self.psf).to(x.dtype)
        require_fit(kernel, tuple(x.shape), name)
        return kernel if len(kernel) else kernel.new_zeros((1, *kernel.shape[1:]))  # of no image, any kernel will do

    def _lengths(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The lengths of the transforms, and where the sensor begins in the whole convolution."""
        lengths, starts = [], []
        for size, image, taps in zip(self.sensor, self.shape, self.psf.shape[-2:], strict=True):
            whole = image + taps - 1
            start = (whole - size) // 2
            # What wraps around lies before `whole - length`, which is where the sensor begins, or before.
            lengths.append(fast_length(max(whole - start, image, taps)))
            starts.append(start)
        return tuple(lengths), tuple(starts)


def _margins(lengths: tuple[int, ...], x: Tensor, starts: tuple[int, ...] = (0, 0)) -> list[int]:
    """Zeros before and after, last axis first."""
    after = [n - have - start for n, have, start in zip(lengths, x.shape[2:], starts, strict=True)]
    return [starts[1], after[1], starts[0], after[0]]
