"""A physics as text: what ``preimage simulate`` is told, in a file."""

import importlib
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from preimage.errors import ArgumentError, ImageFileError
from preimage.physics import Physics
from preimage.simulate.declaration import PhysicsRow
from preimage.simulate.noises import find_noise_spec
from preimage.simulate.record import SimulationRecord
from preimage.simulate.table import find_physics

__all__ = ["PhysicsDescription"]

_OWN = ("physics", "noise", "seed", "picture")


@dataclass(frozen=True)
class PhysicsDescription:
    """A physics and its noise in the words of ``preimage simulate``.

    As a file it is TOML with one key for each option, such as ``physics = "blur"``, ``kernel = "gaussian:1.6"``,
    ``noise = "gaussian:0.02"``; or the record that ``preimage simulate`` writes beside a measurement.

    Attributes:
        physics: a name of :data:`preimage.simulate.table.PHYSICS`.
        noise: a law and its numbers.
        settings: options of the physics by name; the others are the usual ones.
        seed: the seed of what is random in the operator, such as pixels that are missing.
        picture: channels, rows and columns of the picture that was measured; by default found from the measurement.

    Raises:
        ArgumentError: a name or a value is wrong.
    """

    physics: str
    noise: str = "none"
    settings: Mapping[str, Any] = field(default_factory=dict)
    seed: int = 0
    picture: tuple[int, int, int] | None = None

    def __post_init__(self) -> None:
        """Require that the names and the numbers are those of a physics."""
        self.row().settle(self.settings)
        find_noise_spec(self.noise)
        if isinstance(self.seed, bool) or not isinstance(self.seed, int) or not 0 <= self.seed < 2**63:
            raise ArgumentError(f"`seed` must be a whole number of at least 0, got {self.seed!r}; 0 is the default.")
        sizes = self.picture
        if sizes is not None and (len(sizes) != 3 or any(type(size) is not int or size < 1 for size in sizes)):
            raise ArgumentError(
                f"`picture` must be [channels, rows, columns], got {list(sizes)}; such as [1, 256, 256]."
            )

    @staticmethod
    def read(path: Path | str) -> "PhysicsDescription":
        """What a TOML file, or the record of a measurement, says.

        Files that options name, such as a kernel, are looked for beside the TOML file, too.

        Raises:
            ArgumentError: it is no such file, or a key or a value is wrong.
            ImageFileError: it cannot be read.
        """
        path = Path(path)
        if path.suffix.lower() == ".json":
            return PhysicsDescription.of_record(SimulationRecord.read(path))
        values = _read_toml(path)
        known = {"picture": tuple(values["picture"])} if isinstance(values.get("picture"), list) else {}
        own: dict[str, Any] = {name: values[name] for name in _OWN if name in values} | known
        if not all(isinstance(own.get(name, ""), str) for name in ("physics", "noise")) or "physics" not in own:
            raise ArgumentError(
                f'`physics` must be named in {path}, as in physics = "blur"; got {own.get("physics")!r}.'
            )
        settings = {name.replace("-", "_"): value for name, value in values.items() if name not in _OWN}
        return PhysicsDescription(**own, settings={name: _found(value, path) for name, value in settings.items()})

    @staticmethod
    def of_record(record: SimulationRecord) -> "PhysicsDescription":
        """The physics that made a measurement."""
        return PhysicsDescription(record.physics, record.noise, dict(record.settings), record.seed)

    def row(self) -> PhysicsRow:
        """The row of the physics."""
        return find_physics(self.physics)

    def build(self, picture: tuple[int, int, int]) -> Physics:
        """The operator for a picture of (channels, rows, columns), with its noise."""
        values = self.row().settle(self.settings)
        fitted = self.row().load()(torch.zeros(1, *picture), values, torch.Generator().manual_seed(self.seed))
        return fitted.physics.with_noise(find_noise_spec(self.noise).build())

    def fit(self, array: Tensor) -> tuple[Tensor, Physics]:
        """A measurement as it is in a file, as a batch of one, and the physics that made it.

        Args:
            array: (H, W), (H, W, C), or as the physics measures.

        Raises:
            ArgumentError: no picture has such a measurement.
        """
        for y in _arrangements(array):
            for picture in self._pictures(y):
                physics = self._measures(picture, y)
                if physics is not None:
                    return y[None], physics
        raise ArgumentError(
            f"`picture` must be given where it is not of the size of its measurement, got one of {tuple(array.shape)} "
            f"by {self.physics}; write picture = [channels, rows, columns] to the description of the physics."
        )

    def _pictures(self, y: Tensor) -> list[tuple[int, int, int]]:
        """What may have been measured."""
        if self.picture is not None:
            return [self.picture]
        if y.ndim != 3:
            return []
        channels, rows, columns = y.shape
        factor = self.row().settle(self.settings).get("factor", 1)
        colours = 3 if self.row().takes == "colour" else channels
        return [(colours, rows * factor, columns * factor)]

    def _measures(self, picture: tuple[int, int, int], y: Tensor) -> Physics | None:
        """The physics, if such a picture has a measurement of the shape of ``y``."""
        try:
            physics = self.build(picture)
            x = torch.zeros(1, *picture, dtype=torch.complex64 if self.row().is_complex else torch.float32)
            made = physics.A(x)
        except (ArgumentError, RuntimeError):  # a shape that the physics does not take
            return None
        fits = isinstance(made, Tensor) and made.shape[1:] == y.shape and made.is_complex() == y.is_complex()
        return physics if fits else None


def _arrangements(array: Tensor) -> Iterator[Tensor]:
    """What an array of a file may be: a picture (C, H, W), or as it is."""
    if array.ndim == 2:
        yield array[None]
    if array.ndim == 3:
        yield array.movedim(-1, 0)
    yield array


def _read_toml(path: Path) -> dict[str, Any]:
    toml = importlib.import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
    try:
        return toml.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ImageFileError(f"`physics` must be a readable file, got {path}: {error.strerror or error}.") from error
    except (ValueError, RecursionError) as error:  # which TOMLDecodeError and UnicodeDecodeError are
        raise ArgumentError(
            f"`physics` must be a TOML file, or a record of a measurement, got {path}: {error}."
        ) from error


def _found(value: Any, path: Path) -> Any:
    """A file that is named and stands beside ``path``, as a path that leads there."""
    if isinstance(value, str) and not Path(value).is_file() and (path.parent / value).is_file():
        return str(path.parent / value)
    return value
