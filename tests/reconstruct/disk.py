"""A disk beside the middle, its line integrals averaged over bins, and what is measured of its images."""

import numpy as np

PLACE, RADIUS, VALUE = (9.0, 5.0), 11.0, 0.7


def sinogram(bins: int, degrees: np.ndarray, spacing: float = 1.0, axis: float = 0.0) -> np.ndarray:
    """(views, bins) of parallel rays; the mean of a chord over a bin by 64 samples."""
    s = (np.arange(bins) - (bins - 1) / 2) * spacing - axis
    within = ((np.arange(64) + 0.5) / 64 - 0.5) * spacing
    angle = np.deg2rad(degrees)
    middle = PLACE[0] * np.cos(angle) + PLACE[1] * np.sin(angle)
    away = s[None, :, None] + within - middle[:, None, None]
    return VALUE * 2 * np.sqrt(np.clip(RADIUS**2 - away**2, 0, None)).mean(2)


def fan_sinogram(bins: int, degrees: np.ndarray, source: float, detector: float, spacing: float) -> np.ndarray:
    """The same for a flat detector, with the source at ``source (sin t, -cos t)``."""
    within = (np.arange(16) + 0.5) / 16 - 0.5
    s = ((np.arange(bins) - (bins - 1) / 2)[:, None] + within).ravel() * spacing
    t = np.deg2rad(degrees)[:, None]
    start = np.stack([source * np.sin(t), -source * np.cos(t)], -1)
    end = np.stack([s * np.cos(t) - detector * np.sin(t), s * np.sin(t) + detector * np.cos(t)], -1)
    ray = (end - start) / np.linalg.norm(end - start, axis=-1, keepdims=True)
    to = np.array(PLACE) - start
    away = ray[..., 0] * to[..., 1] - ray[..., 1] * to[..., 0]
    chord = VALUE * 2 * np.sqrt(np.clip(RADIUS**2 - away**2, 0, None))
    return chord.reshape(len(degrees), bins, 16).mean(2)


def ball_projections(
    rows: int, bins: int, degrees: np.ndarray, source: float, detector: float, height: float
) -> np.ndarray:
    """(views, rows, bins) of a ball ``height`` above the plane of the source, by rays to the middle of cells of 1.5."""
    s, m = ((np.arange(n) - (n - 1) / 2) * 1.5 for n in (bins, rows))
    t = np.deg2rad(degrees)[:, None, None]
    zero = np.zeros((len(degrees), rows, bins))
    start = np.stack([source * np.sin(t) + zero, -source * np.cos(t) + zero, zero], -1)
    across, up = s + zero, m[:, None] + zero
    end = np.stack([across * np.cos(t) - detector * np.sin(t), across * np.sin(t) + detector * np.cos(t), up], -1)
    ray = (end - start) / np.linalg.norm(end - start, axis=-1, keepdims=True)
    to = np.array([*PLACE, height]) - start
    away = np.linalg.norm(np.cross(ray, to), axis=-1)
    return VALUE * 2 * np.sqrt(np.clip(RADIUS**2 - away**2, 0, None))


def disk(side: int) -> np.ndarray:
    """The image itself: pixels of side one, each the mean of 8 x 8 points."""
    x = (np.arange(8 * side) - (8 * side - 1) / 2) / 8
    inside = (x - PLACE[0]) ** 2 + (-x[:, None] - PLACE[1]) ** 2 < RADIUS**2
    return VALUE * inside.reshape(side, 8, side, 8).mean((1, 3))


def value_and_place(image: np.ndarray, pixel: float = 1.0) -> tuple[float, float, tuple[float, float]]:
    """The mean inside the disk, the mean outside, and where the middle of what is bright lies, to the right and up."""
    y, x = np.mgrid[: image.shape[0], : image.shape[1]]
    x, y = (x - (image.shape[1] - 1) / 2) * pixel, ((image.shape[0] - 1) / 2 - y) * pixel
    far = np.hypot(x - PLACE[0], y - PLACE[1])
    bright = image > VALUE / 2
    inside, outside = (
        image[far < RADIUS - 2],
        image[(far > RADIUS + 2) & (np.hypot(x, y) < image.shape[1] * pixel / 2.2)],
    )
    return float(inside.mean()), float(outside.mean()), (float(x[bright].mean()), float(y[bright].mean()))
