"""RAM: one network for linear inverse problems of any operator, noise and unit."""

from collections.abc import Sequence

import torch
from torch import Tensor

from preimage._shapes import per_image
from preimage._tree import Measurement
from preimage.models.ram.conditioning import Conditioning
from preimage.models.ram.network import StageNetwork, from_planes, phase_of, to_planes
from preimage.models.ram.system import System, system_of
from preimage.optim.initial import interpolated
from preimage.physics import Physics
from preimage.reconstructor import Reconstructor

__all__ = ["RAM"]


class RAM(Reconstructor):
    r"""One network for all linear problems: stages of a data step and a denoiser that all share, and a last data step.

    Stage ``k`` takes ``z_k = argmin_z ||A z - y||^2 + q a_k ||z - x_{k-1}||^2`` and its denoiser the level ``s_k``:
    ``x_k = z_k + D(z_k, s_k; more)``. Beside the image to denoise ``D`` sees, by layers that begin at zero, the change
    ``x_{k-1} - z_k``, the gradient ``A^H (y - A x_{k-1}) / q``, the sensitivity ``A^H A 1 / q``, the level of the
    noise, the size of the image, and features of the stage before. ``q`` is the gain of ``A^H A`` for the image
    measured, so that ``A`` counts in units of its own. ``a_k`` and ``s_k`` come from a small network of two numbers
    without unit: noise over size of the image, and mean over measured gain. With the weights of denoisers such a
    network begins as a few steps of DPIR.

    The start is ``x_0 = (1 + a) (A^H A + q a)^-1 A^H y``, as is ``z_1`` with another ``a``; for masks ``x_0`` is
    interpolated from the pixels seen.

    The picture follows the units by construction: ``c A`` with ``c y`` and noise ``c`` times as large gives the same
    picture, ``c y`` with noise ``c`` times as large one ``c`` times as bright (``c > 0``). Samples of a batch are
    independent. Solves are exact where the operator has closed forms, else ``steps`` steps of Lanczos' method.

    Images have any number of channels: three are drawn together; others, the real and imaginary parts of complex ones,
    and the planes of volumes, one by one. Complex images are turned by the phase around each pixel before, so that a
    smooth phase does not count: their real part is about the modulus.

    Args:
        widths, blocks: the sizes of the denoisers, see :class:`preimage.denoisers.DRUNet`; one is for three channels,
            one for all else.
        stages: the number of stages.
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
        widths: Sequence[int] = (16, 32, 64, 128),
        blocks: int = 2,
        stages: int = 3,
        hidden: int = 32,
        steps: int = 8,
        half_precision: bool = False,
    ) -> None:
        super().__init__()
        self.widths = tuple(widths)
        self.blocks = blocks
        self.stages = stages
        self.hidden = hidden
        self.steps = steps
        self.half_precision = half_precision
        self.grey = StageNetwork(1, widths, blocks, stages)
        self.color = StageNetwork(3, widths, blocks, stages)
        self.conditioning = Conditioning(stages, hidden)

    def forward(self, y: Measurement, physics: Physics) -> Tensor:
        """The reconstruction of each sample of ``y``."""
        system = system_of(y, physics, self.steps)
        shifts, levels = self.conditioning(system)
        x, z = self._start(system, shifts)
        residual, carried = system.residual(x), None
        for stage in range(self.stages):
            if stage:
                residual = system.residual(x)
                z = x + system.solves(residual, [shifts[:, stage + 1]])[0]
            images = (z, x - z, system.scaled_back(residual))
            x, carried = self._stage(stage, system, images, levels[:, stage], carried)
        return x + system.solves(system.residual(x), [shifts[:, -1]])[0]

    def _start(self, system: System, shifts: Tensor) -> tuple[Tensor, Tensor]:
        """A first estimate, and what the data make of it."""
        first, second = shifts[:, 0], shifts[:, 1]
        solutions = system.solves(system.y, [first, second])
        x, z = ((1 + per_image(a, s.real)) * s for a, s in zip((first, second), solutions, strict=True))
        if x.ndim != 4 or not bool(system.is_pixelwise.any()):
            return x, z
        is_mask = system.is_pixelwise.reshape(-1, 1, 1, 1)
        back = system.back / per_image(system.gain, x.real)
        filled = interpolated(back, system.sensitivity.clamp_min(0))
        x = torch.where(is_mask, filled, x)
        return x, torch.where(is_mask, x + system.solves(system.residual(x), [second])[0], z)

    def _stage(
        self, stage: int, system: System, images: tuple[Tensor, Tensor, Tensor], level: Tensor, carried: Tensor | None
    ) -> tuple[Tensor, Tensor]:
        """The first of ``images`` denoised, and features for the next stage."""
        z, sensitivity = images[0], system.sensitivity * per_image(system.size, system.sensitivity)
        turn = phase_of(z) if z.is_complex() else None
        if turn is not None:
            images = (z * turn.conj(), images[1] * turn.conj(), images[2] * turn.conj())
            sensitivity = torch.complex(sensitivity, sensitivity)
        planes, *more = (to_planes(image) for image in (*images, sensitivity))
        other = torch.zeros_like(planes) if turn is None else planes.unflatten(0, (-1, 2)).flip(1).flatten(0, 1)
        count = planes.shape[0] // max(1, level.shape[0])
        levels = torch.stack([level, system.sigma, system.size], 1).repeat_interleave(count, 0).to(planes.dtype)
        if turn is not None:  # the denoisers have learned from values above zero
            planes = planes + levels[:, 2, None, None, None]
        network = self.color if planes.shape[1] == 3 else self.grey
        with torch.autocast(levels.device.type, torch.bfloat16, enabled=self.half_precision):
            change, features = network(stage, planes, torch.cat([*more, other], 1), levels, carried)
        change = from_planes(change.to(planes.dtype), z)
        return z + (change if turn is None else turn * change), features
