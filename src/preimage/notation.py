"""What users write for noise and numbers."""

import re

from preimage.errors import ArgumentError

__all__ = ["parse_noise", "parse_sigma"]


def parse_sigma(sigma: str | float) -> float | None:
    """The standard deviation of noise in image units, as users write it.

    Args:
        sigma: a number, or ``"25/255"``, ``"0.098"`` or ``"auto"``.

    Returns:
        The standard deviation; ``None`` for ``auto``.

    Raises:
        ArgumentError: not a number in [0, 1]; a level on the scale 0-255 gets a hint.
    """
    text = str(sigma).strip().lower()
    if text == "auto":
        return None
    parts = re.fullmatch(r"([0-9.eE+-]+)(?:\s*/\s*([0-9.]+))?", text)
    try:
        value = float(parts[1]) / float(parts[2] or 1) if parts else float("nan")
    except (ValueError, ZeroDivisionError):
        value = float("nan")
    if 1 < value <= 255 and parts and not parts[2]:
        raise ArgumentError(f"`sigma` must be in [0, 1], the scale of the picture, got {text}; write {text}/255.")
    if not 0 <= value <= 1:
        raise ArgumentError(
            f"`sigma` must be auto or a number in [0, 1], got {sigma!r}; write it like 25/255 or 0.098."
        )
    return value


def parse_noise(noise: str) -> tuple[float, float] | None:
    """The gain of noise of light, and the value without light, as users write them.

    Args:
        noise: ``"poisson:0.01"`` or ``"poisson:1/100"``, ``"poisson:0.01@0.1"`` where 0.1 is black, ``"gaussian"``,
            ``"camera"``, or ``"auto"``.

    Returns:
        Both; a gain of 0 for ``gaussian`` and ``camera``, ``None`` for ``auto``.

    Raises:
        ArgumentError: another word, no gain in (0, 1], or no black in [-1, 1].
    """
    text = noise.strip().lower()
    if text in ("auto", "gaussian", "camera"):
        return None if text == "auto" else (0.0, 0.0)
    parts = re.fullmatch(r"poisson:([0-9.e+-]+)(?:/([0-9.]+))?(?:@([0-9.e+-]+))?", text)
    try:
        gain, black = (float(parts[1]) / float(parts[2] or 1), float(parts[3] or 0)) if parts else (0.0, 0.0)
    except (ValueError, ZeroDivisionError):
        gain, black = 0.0, 0.0
    if not 0 < gain <= 1 or not -1 <= black <= 1:
        raise ArgumentError(
            "`noise` must be auto, gaussian, camera, poisson:GAIN or poisson:GAIN@BLACK with a gain in (0, 1] and a "
            f"black in [-1, 1], got {noise!r}; write it like poisson:0.01, for photons that are worth a hundredth of "
            "the picture's range each."
        )
    return gain, black
