"""RAM: one network for linear inverse problems of any operator, noise and unit."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from preimage._shapes import per_image
from preimage._tree import Measurement
from preimage.models.ram.network import HalfResolution, from_planes, to_planes
from preimage.models.ram.system import System, system_of
from preimage.physics import Physics
from preimage.reconstructor import Reconstructor

__all__ = ["RAM"]

_LEVELS = 3
_LIMITS = (-14.0, 6.0)


class Conditioning(nn.Module):
    """Shifts of the three solves and two levels of a stage, from numbers that have no unit.

    Shifts start as ``(sigma / (share * size))^2``: what Wiener's filter takes for details that have that ``share`` of
    the size of the image.
    """

    def __init__(self, hidden: int) -> None:
        super().__init__()
        self.mlp = nn.Sequential(nn.Linear(2, hidden), nn.ReLU(), nn.Linear(hidden, 5))
        last = self.mlp[-1]
        assert isinstance(last, nn.Linear)
        nn.init.zeros_(last.weight)
        nn.init.zeros_(last.bias)

    def forward(self, system: System) -> tuple[Tensor, Tensor]:
        """Shifts, (B, 3), and levels in units of the image, (B, 3)."""
        known = torch.stack([system.ratio.log(), system.mean_gain.clamp_min(1e-6).log()], 1)
        drawn = self.mlp((known / 4).to(next(self.parameters()).dtype)).to(known.dtype)
        start = 2 * known[:, :1] + torch.tensor([4.6, 1.5, 5.0], dtype=known.dtype, device=known.device)
        shifts = (start + drawn[:, :3]).clamp(*_LIMITS).exp()
        factors = drawn[:, 3:].clamp(-6, 6).exp()
        levels = torch.stack([system.sigma, system.sigma * factors[:, 0], system.size * factors[:, 1]], 1)
        return shifts, levels


class RAM(Reconstructor):
    r"""One network for all linear problems: two stages, each a data step and a U-Net that both share.

    The first stage sees ``z = (1 + a) (A^H A + q a)^-1 A^H y`` for two shifts ``a``, the second one
    ``argmin_z ||A z - y||^2 + q b ||z - x_1||^2`` and the estimate ``x_1`` of the first; both see the gradient of the
    data term, the sensitivity ``A^H A 1`` and the level of the noise. ``q`` is the gain of ``A^H A`` for the image
    measured, so that ``A`` counts in units of its own. Shifts come from a small network of two numbers without unit:
    noise over size of the image, and mean over measured gain.

    The picture follows the units by construction: ``c A`` with ``c y`` and noise ``c`` times as large gives the same
    picture, ``c y`` with noise ``c`` times as large one ``c`` times as bright (``c > 0``). Samples of a batch are
    independent. Solves are exact where the operator has closed forms, else ``steps`` steps of Lanczos' method.

    Images have any number of channels: three are drawn together, as are the real and the imaginary part of complex
    ones; other channels, and the planes of volumes, one by one.

    Args:
        widths: feature channels at strides 2, 4 and 8.
        blocks: residual blocks at strides 2 and 4, on each side.
        middle: residual blocks at stride 8.
        hidden: width of the network of the shifts.
        steps: steps of Lanczos' method.
        half_precision: compute the convolutions in bfloat16; everything else keeps its precision.

    Raises:
        CapabilityError: (in a call) the physics is not linear, or its noise neither Gaussian nor Poisson, both nor
            none.

    Source: ours, after Terris, Hurault, Song, Tachella, "Reconstruct Anything Model", 2025 (one network conditioned on
    operator and noise), and Zhang, Van Gool, Timofte, CVPR 2020 (data steps whose weights a small network finds).
    """

    def __init__(
        self,
        widths: Sequence[int] = (32, 64, 128),
        blocks: int = 1,
        middle: int = 1,
        hidden: int = 32,
        steps: int = 8,
        half_precision: bool = False,
    ) -> None:
        super().__init__()
        self.widths = tuple(widths)
        self.blocks = blocks
        self.middle = middle
        self.hidden = hidden
        self.steps = steps
        self.half_precision = half_precision
        self.unet = HalfResolution(widths, blocks, middle, _LEVELS)
        self.conditioning = Conditioning(hidden)

    def forward(self, y: Measurement, physics: Physics) -> Tensor:
        """The reconstruction of each sample of ``y``."""
        system = system_of(y, physics, self.steps)
        shifts, levels = self.conditioning(system)
        first, second, weight = shifts.unbind(1)
        solutions = system.solves(system.y, [first, second])
        z, sharper = ((1 + per_image(a, s.real)) * s for a, s in zip((first, second), solutions, strict=True))
        sensitivity = system.sensitivity()
        back = system.back / per_image(system.gain, system.back.real)
        x, carried = self._stage(0, [z, sharper, back, sensitivity], levels, None)
        residual = system.residual(x)
        z = x + system.solves(residual, [weight])[0]
        x, _ = self._stage(1, [z, x, system.scaled_back(residual), sensitivity], levels, carried)
        return x

    def _stage(self, stage: int, images: list[Tensor], levels: Tensor, carried: Tensor | None) -> tuple[Tensor, Tensor]:
        """The first of ``images``, changed by the network, and features for the next stage."""
        planes = [to_planes(image) for image in images]
        count = planes[0].shape[0] // max(1, levels.shape[0])
        known = levels.repeat_interleave(count, 0).to(planes[0].dtype)
        with torch.autocast(known.device.type, torch.bfloat16, enabled=self.half_precision):
            change, features = self.unet(stage, torch.cat(planes, 1), known, carried)
        return images[0] + from_planes(change.to(planes[0].dtype), images[0]), features
