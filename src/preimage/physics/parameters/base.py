"""What every generator of parameters does."""

import math
from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from preimage._module import Module
from preimage.errors import ArgumentError

__all__ = ["ParameterGenerator", "SumGenerator"]


class ParameterGenerator(Module):
    """A law of parameters: ``generator(batch, rng)`` draws one value per image, by name, for ``physics(x, **params)``.

    Draws are made in float64 on the CPU (or the device of ``rng``), and for one image after the other, so that the
    first images of a batch do not depend on its size, nor values on the dtype. Generators go together as ``a + b``,
    which draws the parameters of both.

    A subclass stores its constructor's arguments. If it needs the same count of uniform numbers for every image, it
    says how many (``numbers``) and what it makes of them (``from_uniforms``): a batch is then drawn at once. Else it
    defines :meth:`draw`, and :meth:`draw_batch` where many can be computed together.
    """

    def forward(
        self,
        batch: int = 1,
        rng: torch.Generator | None = None,
        dtype: torch.dtype = torch.float32,
        device: torch.device | str | None = None,
    ) -> dict[str, Tensor]:
        """Parameters of ``batch`` images.

        Args:
            batch: how many images, >= 1.
            rng: source of randomness; the global generator by default.
            dtype, device: the dtype and device of the tensors returned.

        Shapes: every tensor has ``batch`` as its leading dimension; kernels are (batch, 1, h, w).

        Raises:
            ArgumentError: ``batch`` is below one.
        """
        if batch < 1:
            raise ArgumentError(f"`batch` must be at least 1, got {batch}; ask for one or more images.")
        return {name: _converted(value, dtype, device) for name, value in self.draw_batch(batch, rng).items()}

    @property
    def numbers(self) -> int | None:
        """How many uniform numbers the parameters of an image are made of; ``None`` where that is random."""
        return None

    @property
    def is_light(self) -> bool:
        """Whether :meth:`from_uniforms` of a number is quicker than to sort out which images are to have it."""
        return False

    def from_uniforms(self, u: Tensor) -> dict[str, Tensor]:
        """The parameters that follow from ``u`` (B, numbers), uniform in [0, 1), float64."""
        raise NotImplementedError

    def draw(self, rng: torch.Generator | None) -> dict[str, Tensor]:
        """The parameters of one image, float64, without the batch dimension."""
        if self.numbers is None:
            raise NotImplementedError
        return {name: value[0] for name, value in self.draw_batch(1, rng).items()}

    def draw_batch(self, batch: int, rng: torch.Generator | None) -> dict[str, Tensor]:
        """The parameters of ``batch`` images, float64: what as many calls of :meth:`draw` give, side by side."""
        if (count := self.numbers) is not None:
            return self.from_uniforms(uniforms(batch * count, rng).view(batch, count))
        draws = [self.draw(rng) for _ in range(batch)]
        return {name: torch.stack([one[name] for one in draws]) for name in draws[0]}

    def __add__(self, other: "ParameterGenerator") -> "SumGenerator":
        """The generator of the parameters of both."""
        return SumGenerator([self, other])


class SumGenerator(ParameterGenerator):
    """The parameters of several generators together, independent of each other; ``a + b`` makes one.

    Args:
        generators: laws of parameters with different names.

    Raises:
        ArgumentError: there is none; when drawn, two have a parameter of the same name.
    """

    def __init__(self, generators: Sequence[ParameterGenerator]) -> None:
        super().__init__()
        if not generators:
            raise ArgumentError("`generators` must be one or more, got none; give those to draw from.")
        self.generators = generators

    @property
    def numbers(self) -> int | None:
        """As many as all together."""
        return total_numbers(self.generators, sum)

    def from_uniforms(self, u: Tensor) -> dict[str, Tensor]:
        """The parameters of each from its own columns of ``u``."""
        parts = list(self.generators)
        blocks = u.split([part.numbers or 0 for part in parts], 1)
        return _together([part.from_uniforms(block) for part, block in zip(parts, blocks, strict=True)])

    def draw(self, rng: torch.Generator | None) -> dict[str, Tensor]:
        """The parameters of one image."""
        return {name: value[0] for name, value in self.draw_batch(1, rng).items()}

    def draw_batch(self, batch: int, rng: torch.Generator | None) -> dict[str, Tensor]:
        """The parameters of ``batch`` images; unless all have ``numbers``, each generator has a stream of its own."""
        if self.numbers is not None:
            return super().draw_batch(batch, rng)
        parts = list(self.generators)
        own = streams(len(parts), rng)
        return _together([part.draw_batch(batch, stream) for part, stream in zip(parts, own, strict=True)])


def _converted(value: Tensor, dtype: torch.dtype, device: torch.device | str | None) -> Tensor:
    """``value`` of that dtype, on that device; what is repeated in it is converted once, and then written out."""
    if 0 not in value.stride():
        return value.to(device, dtype)
    once = tuple(slice(0, 1) if step == 0 else slice(None) for step in value.stride())
    converted = value[once].to(device, dtype)
    return converted if converted.shape == value.shape else converted.expand(value.shape).contiguous()


def _together(draws: Sequence[dict[str, Tensor]]) -> dict[str, Tensor]:
    merged: dict[str, Tensor] = {}
    for one in draws:
        if common := merged.keys() & one.keys():
            raise ArgumentError(
                f"`generators` must have parameters of different names, got `{min(common)}` twice; "
                "GeneratorMixture chooses between generators."
            )
        merged.update(one)
    return merged


def total_numbers(generators: Sequence[ParameterGenerator], combine: Callable[[list[int]], int]) -> int | None:
    """The ``numbers`` of all, combined; ``None`` if those of one are not known."""
    known = [part.numbers for part in generators]
    counts = [count for count in known if count is not None]
    return combine(counts) if len(counts) == len(known) else None


def streams(count: int, rng: torch.Generator | None) -> list[torch.Generator]:
    """So many generators on the CPU, seeded by numbers drawn from ``rng``."""
    device = "cpu" if rng is None else rng.device
    seeds = torch.randint(2**62, (count,), generator=rng, device=device).tolist()
    return [torch.Generator().manual_seed(seed) for seed in seeds]


def uniform(low: float, high: float, rng: torch.Generator | None) -> Tensor:
    """One number, uniform in [low, high), float64 on the CPU."""
    return low + (high - low) * _drawn(torch.rand, 1, rng)[0]


def uniforms(count: int, rng: torch.Generator | None) -> Tensor:
    """Numbers uniform in [0, 1), float64 on the CPU."""
    return _drawn(torch.rand, count, rng)


def uniform_between(low: float, high: float, count: int, rng: torch.Generator | None) -> Tensor:
    """Numbers uniform in [low, high), float64 on the CPU."""
    if rng is None:
        return torch.empty(count, dtype=torch.float64, device="cpu").uniform_(low, high)
    return torch.empty(count, dtype=torch.float64, device=rng.device).uniform_(low, high, generator=rng).cpu()


def normal(count: int, rng: torch.Generator | None) -> Tensor:
    """Standard normal numbers, float64 on the CPU."""
    return _drawn(torch.randn, count, rng)


def require_range(bounds: tuple[float, float], name: str, least: float = 0.0) -> None:
    """Require ``least <= low <= high < inf``."""
    if not least <= bounds[0] <= bounds[1] < math.inf:
        raise ArgumentError(f"`{name}` must be a pair {least} <= low <= high, got {bounds}; give a range.")


def _drawn(law: Callable[..., Tensor], count: int, rng: torch.Generator | None) -> Tensor:
    device = "cpu" if rng is None else rng.device
    return law(count, generator=rng, dtype=torch.float64, device=device).cpu()
