"""Noise as users write it: ``gaussian:0.02``. One row for each law."""

import math
import pkgutil
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from preimage.errors import ArgumentError
from preimage.simulate.declaration import nearest

if TYPE_CHECKING:
    from preimage.physics.noise import Noise

__all__ = ["NOISES", "NoiseRow", "NoiseSpec", "find_noise_spec", "noise_forms"]


@dataclass(frozen=True)
class NoiseRow:
    """A law of noise.

    Attributes:
        name: as users type it.
        kind: its class, as ``module:Class``.
        values: the arguments of the class that follow the name, in turn.
        needed: how many of them have to be given.
    """

    name: str
    kind: str
    values: tuple[str, ...] = ()
    needed: int = 1

    @property
    def form(self) -> str:
        """How it is written, such as ``poisson-gaussian:GAIN:SIGMA``."""
        names = [value.upper().replace("_", "-") for value in self.values]
        given = [*names[: self.needed], *(f"[{name}]" for name in names[self.needed :])]
        return ":".join([self.name, *given]).replace(":[", "[:")


@dataclass(frozen=True)
class NoiseSpec:
    """A law with its numbers."""

    row: NoiseRow
    numbers: tuple[float, ...]

    def build(self) -> "Noise":
        """The noise model.

        Raises:
            ArgumentError: a number is out of its range.
        """
        kind: Any = pkgutil.resolve_name(self.row.kind)
        return kind(**dict(zip(self.row.values, self.numbers, strict=False)))


NOISES = (
    NoiseRow("none", "preimage.physics:NoNoise", (), 0),
    NoiseRow("gaussian", "preimage.physics:GaussianNoise", ("sigma",)),
    NoiseRow("poisson", "preimage.physics:PoissonNoise", ("gain", "background")),
    NoiseRow("poisson-gaussian", "preimage.physics:PoissonGaussianNoise", ("gain", "sigma"), 2),
    NoiseRow("laplace", "preimage.physics:LaplaceNoise", ("scale",)),
    NoiseRow("log-poisson", "preimage.physics:LogPoissonNoise", ("photons", "attenuation")),
    NoiseRow("uniform", "preimage.physics:UniformNoise", ("half_width",)),
    NoiseRow("uniform-gaussian", "preimage.physics:UniformGaussianNoise", ("low", "high"), 2),
    NoiseRow("gamma", "preimage.physics:GammaNoise", ("looks",)),
    NoiseRow("fisher-tippett", "preimage.physics:FisherTippettNoise", ("looks",)),
    NoiseRow("rician", "preimage.physics:RicianNoise", ("sigma",)),
    NoiseRow("salt-pepper", "preimage.physics:SaltPepperNoise", ("pepper", "salt"), 2),
    NoiseRow("negative-binomial", "preimage.physics:NegativeBinomialNoise", ("gain", "modes"), 2),
    NoiseRow("emccd", "preimage.physics:EMCCDNoise", ("gain", "sigma"), 2),
    NoiseRow("quantized-gaussian", "preimage.physics:QuantizedGaussianNoise", ("sigma", "step"), 2),
    NoiseRow("banding", "preimage.physics:BandingNoise", ("sigma", "rows", "columns"), 2),
    NoiseRow("camera", "preimage.physics:CameraNoise", ("gain", "sigma", "row", "step"), 2),
)


def noise_forms() -> str:
    """``none, gaussian:SIGMA, ...``: how every law is written."""
    return ", ".join(row.form for row in NOISES)


def find_noise_spec(text: str) -> NoiseSpec:
    """The law that ``text`` names, with its numbers: decimal, or like 5/255.

    Raises:
        ArgumentError: there is no such law, or its numbers are none, too few or too many.
    """
    name, *parts = text.strip().lower().split(":")
    row = next((row for row in NOISES if row.name == name), None)
    if row is None:
        known = nearest(name, [row.name for row in NOISES])
        raise ArgumentError(f"`--noise` must name a law of noise, like gaussian:0.02, got {text!r}; {known}.")
    numbers = [_number(part) for part in parts]
    if not row.needed <= len(numbers) <= len(row.values) or not all(map(math.isfinite, numbers)):
        raise ArgumentError(f"`--noise` must be {row.form} with numbers like 0.02 or 5/255, got {text!r}.")
    return NoiseSpec(row, tuple(numbers))


def _number(text: str) -> float:
    """A number of at least zero; infinity for what is none."""
    parts = re.fullmatch(r"(\d*\.?\d+(?:e[+-]?\d+)?|\d+\.)(?:/(\d*\.?\d+))?", text.strip())
    if parts is None or (parts[2] and float(parts[2]) == 0):
        return math.inf
    return float(parts[1]) / float(parts[2] or 1)
