"""Noise as pictures have it: white, of light, gone through a camera or JPEG; with borders that were not measured."""

import io

import numpy as np
from numpy.typing import NDArray

__all__ = ["degrade"]

Array = NDArray[np.float64]
Rng = np.random.Generator


def degrade(clean: Array, rng: Rng) -> tuple[Array, float]:
    """A picture made of ``clean`` (H, W, C), with noise or without, and the root mean square of that noise.

    The noise counts before the values are clipped; for JPEG what is left of it does.
    """
    sigma = 0.0 if rng.random() < 0.25 else float(np.exp(rng.uniform(np.log(0.3), np.log(70))) / 255)
    noise = sigma * _unit_noise(clean, rng)
    level = float(np.sqrt(np.mean(noise**2)))
    picture = _stored(clean + noise, rng)
    if clean.shape[2] in (1, 3) and rng.random() < 0.12:
        quality = int(rng.integers(50, 100))
        picture = _jpeg(picture, quality)
        level = float(np.sqrt(np.mean((picture - _jpeg(clean, quality)) ** 2))) if sigma else 0.0
    if rng.random() < 0.12:
        picture = _framed(picture, rng)
    return picture, level


def _unit_noise(clean: Array, rng: Rng) -> Array:
    """Noise of variance one on average: most of it white, some of it with light, some smooth."""
    noise, kind = rng.normal(size=clean.shape), rng.random()
    if kind < 0.2:  # variance a + b x
        a, b = rng.uniform(0, 0.3), rng.uniform(0, 1)
        variance = a + b * clean ** rng.choice([0.5, 1, 2.2])
        noise *= np.sqrt(variance / max(float(variance.mean()), 1e-6))
    elif kind < 0.32:  # correlated, as by demosaicking or resizing
        from scipy.ndimage import gaussian_filter

        width = rng.uniform(0.3, 1.0)
        noise = gaussian_filter(noise, (width, width, 0))
        noise /= noise.std()
    return noise


def _stored(picture: Array, rng: Rng) -> Array:
    """Clipped and rounded to 8 bits, mostly."""
    kind = rng.random()
    if kind < 0.1:
        return picture
    clipped = np.clip(picture, 0, 1)
    return clipped if kind < 0.25 else np.rint(255 * clipped) / 255


def _jpeg(picture: Array, quality: int) -> Array:
    from PIL import Image

    pixels = np.rint(255 * np.clip(picture, 0, 1)).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels.squeeze()).save(file, "jpeg", quality=quality)
    return np.asarray(Image.open(file)).reshape(picture.shape) / 255


def _framed(picture: Array, rng: Rng) -> Array:
    """With a frame or strip of one colour, which knows no noise."""
    picture, colour = picture.copy(), np.rint(255 * rng.random(picture.shape[2])) / 255
    colour = np.full_like(colour, rng.integers(2)) if rng.random() < 0.6 else colour
    height, width = picture.shape[:2]
    for edge in range(4):
        if rng.random() < 0.6:
            n = int(rng.integers(1, (height, width)[edge // 2] // 4))
            picture[[np.s_[:n], np.s_[-n:], np.s_[:, :n], np.s_[:, -n:]][edge]] = colour
    return picture
