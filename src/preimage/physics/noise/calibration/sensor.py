"""Gain and read noise of a sensor, from frames of flat light and of none, or from one photograph."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from preimage._ranges import check_level
from preimage.errors import ArgumentError, ShapeError
from preimage.physics.noise.calibration.photograph import line_of_photograph
from preimage.physics.noise.camera import CameraNoise

__all__ = ["Calibration", "Estimate", "calibrate"]


@dataclass(frozen=True)
class Estimate:
    """A number and how sure it is.

    Attributes:
        value: the number.
        error: its standard error, >= 0: in two of three cases the truth is no further away.
    """

    value: float
    error: float

    def __str__(self) -> str:
        return f"{self.value:.4g} +- {self.error:.2g}"


@dataclass(frozen=True)
class Calibration:
    """What the noise of a sensor is, in units of its values: ``variance = gain (y - black_level) + read_noise^2``.

    Attributes:
        gain: units per photoelectron.
        read_noise: standard deviation without light, rounding included unless ``step`` was given.
        row_noise: standard deviation of the offset of a row; ``None`` where it was not measured.
        black_level: mean value without light; ``None`` where it was not measured, and taken for zero.
        step: distance of the values, zero if it was not given.
    """

    gain: Estimate
    read_noise: Estimate
    row_noise: Estimate | None = None
    black_level: Estimate | None = None
    step: float = 0.0

    def noise(self, unit: float = 1.0) -> CameraNoise:
        """The noise model of measurements ``(y - black_level) / unit``, such as those scaled to [0, 1].

        Args:
            unit: the difference between white and black in units of the sensor, > 0.
        """
        check_level("unit", unit, "it is white minus black")
        row = 0.0 if self.row_noise is None else self.row_noise.value
        sigma = max(self.read_noise.value, 1e-6 * self.gain.value)
        return CameraNoise(self.gain.value / unit, sigma / unit, row / unit, self.step / unit)

    def __str__(self) -> str:
        parts = {
            "gain": self.gain,
            "read noise": self.read_noise,
            "row noise": self.row_noise,
            "black level": self.black_level,
        }
        return ", ".join(f"{name} {value}" for name, value in parts.items() if value is not None)


def calibrate(
    frames: Tensor | Sequence[Tensor],
    dark_frames: Tensor | None = None,
    step: float = 0.0,
    white: float = math.inf,
) -> Calibration:
    """Gain, read noise, row noise and black level of a sensor, each with its standard error.

    With frames, by photon transfer: at each level of light the frames are of one unchanging scene, evenly lit or not,
    so that what differs between them is noise. Fixed patterns of pixels and uneven light cancel in the differences. The
    variance within rows against the mean is a line, whose slope is the gain and which meets the dark frames at the read
    noise; the variance of the means of rows beyond that is the row noise.

    With one photograph, by the variance of second differences in its smoothest places, against their brightness: black
    must have been subtracted, and values be proportional to light. The error includes how far the result moves with
    the choice of the places; texture, where there is nothing else, still passes for noise.

    Args:
        frames: for each level of light two or more frames (N, H, W), as a list or (L, N, H, W); or, without
            ``dark_frames``, one photograph (H, W) or (C, H, W). Of a mosaic take the samples of one colour.
        dark_frames: two or more frames without light, (N, H, W).
        step: distance of the values, >= 0; its rounding is taken out of the read noise.
        white: levels at which more than one sample in a thousand reaches this value are left out; of a photograph, the
            places where any does.

    Raises:
        ArgumentError: there are no two frames of a level, or all levels reach ``white``; or a photograph has too few
            smooth places.
        ShapeError: frames have another shape.
    """
    check_level("step", step, "zero is for values that are not rounded", zero=True)
    if dark_frames is None:
        if not isinstance(frames, Tensor):
            raise ShapeError("`frames` must be one photograph without `dark_frames`, got a list; give those, too.")
        line = line_of_photograph(frames, white)
        return Calibration(Estimate(line.gain, line.gain_error), _root(line.offset, line.offset_error, step), step=step)
    dark = _moments(dark_frames, "dark_frames")
    lit = [_moments(level, "frames") for level in frames if _below(level, white)]
    if not lit:
        raise ArgumentError(f"`frames` must have a level below white={white}, got none; expose shorter.")
    gain, variance = _line([dark, *lit], dark.mean)
    return Calibration(
        gain,
        _root(variance.value, variance.error, step),
        _root(dark.row, dark.row_error, 0.0),
        Estimate(dark.mean, dark.mean_error),
        step,
    )


@dataclass(frozen=True)
class _Moments:
    """Of the frames of one level: mean, variance within rows and of their offsets, with standard errors."""

    mean: float
    mean_error: float
    variance: float
    variance_error: float
    row: float
    row_error: float


def _moments(frames: Tensor, name: str) -> _Moments:
    if frames.ndim != 3 or min(frames.shape) < 2:
        raise ShapeError(
            f"`{name}` must hold two or more frames of a level, (N, H, W), got {tuple(frames.shape)}; differences of "
            "frames tell of noise."
        )
    frames = frames.double()
    count, height, width = frames.shape
    change = frames - frames.mean(0)
    offsets = change.mean(-1)
    # One estimate for each row of the sensor; they are independent, so that their spread tells the error of the mean.
    within = (change - offsets[..., None]).square().sum((0, 2)) / ((count - 1) * (width - 1))
    between = offsets.square().sum(0) / (count - 1)
    row = between - within / width
    # Of uneven light, brighter rows have more variance, which is no error.
    light = frames.mean((0, 2)) - frames.mean()
    slope = (light @ within) / (light @ light).clamp_min(torch.finfo(light.dtype).tiny)
    return _Moments(
        float(frames.mean()),
        math.sqrt(float(between.mean()) / (count * height)),
        float(within.mean()),
        float((within - slope * light).std()) / math.sqrt(height),
        float(row.mean()),
        float(row.std()) / math.sqrt(height),
    )


def _below(level: Tensor, white: float) -> bool:
    return float((level >= white).double().mean()) <= 1e-3


def _line(points: Sequence[_Moments], black: float) -> tuple[Estimate, Estimate]:
    """Slope and offset of variance on light, weighted by the errors; where they miss the line, errors grow."""
    light = torch.tensor([point.mean - black for point in points], dtype=torch.float64)
    variance = torch.tensor([point.variance for point in points], dtype=torch.float64)
    weights = torch.tensor([1 / max(point.variance_error, 1e-12 * point.variance, 1e-300) for point in points])
    weights = weights.double()
    if float(light.max()) <= 0:
        raise ArgumentError("`frames` must be brighter than `dark_frames`, got none that is; give frames with light.")
    design = torch.stack([light, torch.ones_like(light)], 1) * weights[:, None]
    inverse = torch.linalg.inv(design.T @ design)
    line = inverse @ (design.T @ (variance * weights))
    excess = float((design @ line - variance * weights).square().sum()) / max(len(points) - 2, 1)
    errors = inverse.diagonal().sqrt() * math.sqrt(max(1.0, excess))
    return Estimate(float(line[0]), float(errors[0])), Estimate(float(line[1]), float(errors[1]))


def _root(variance: float, error: float, step: float) -> Estimate:
    """The standard deviation, less that of rounding, with the error of a square root."""
    rest = max(variance - step**2 / 12, 0.0)
    root = math.sqrt(rest)
    return Estimate(root, min(error / (2 * root), math.sqrt(error)) if root > 0 else math.sqrt(error))
