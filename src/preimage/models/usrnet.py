"""USRNet: unrolled super-resolution for any kernel, factor and noise level."""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from typing_extensions import override

from preimage.denoisers import DRUNet
from preimage.errors import CapabilityError
from preimage.fidelity import likelihood
from preimage.functional import Proximable
from preimage.optim.algorithm import State
from preimage.optim.unrolled import Checkpointed, Stored
from preimage.physics import LinearPhysics, NoNoise, Physics
from preimage.reconstructor import Reconstructor

__all__ = ["HyperParameters", "ResidualUSRNet", "USRNet"]


class HyperParameters(nn.Module):
    """``alpha`` and ``beta`` of every step from the noise level and the factor, by a small network; all >= 1e-6."""

    def __init__(self, n_steps: int, hidden: int) -> None:
        super().__init__()
        self.mlp = nn.Sequential(
            nn.Conv2d(2, hidden, 1), nn.ReLU(),
            nn.Conv2d(hidden, hidden, 1), nn.ReLU(),
            nn.Conv2d(hidden, 2 * n_steps, 1), nn.Softplus(),
        )  # fmt: skip

    def forward(self, sigma: Tensor, factor: float) -> tuple[Tensor, Tensor]:
        """``alpha`` and ``beta``, (B, n_steps) each, for ``sigma`` (B,)."""
        known = torch.stack([sigma, torch.full_like(sigma, factor)], 1)[:, :, None, None]
        alpha, beta = (self.mlp(known) + 1e-6).flatten(1).chunk(2, 1)
        return alpha, beta


class USRNet(Reconstructor):
    r"""``z_k = argmin_z ||A z - y||^2 + alpha_k ||z - x_{k-1}||^2``, ``x_k = D(z_k, beta_k)``, from nearest upsampling.

    ``alpha_k`` and ``beta_k`` come from a small network that is told the noise level and the factor of the physics;
    the ResUNet ``D`` sees ``beta_k`` as a constant channel. The data step is the prox of the physics, whatever its
    kernel and border: :class:`Downsampling` with circular borders has the published closed form, and its conventions
    (true convolution, upper-left sample of each block) are the published ones. :class:`Blur` is factor one. Layer
    names are those of the published checkpoints (``p.m_head``, ``h.mlp.0``).

    Args:
        channels: image channels, 3 for the published network.
        widths: feature channels of the ResUNet at its four scales; (16, 32, 64, 64) in the published tiny variant.
        blocks: residual blocks per scale and side.
        n_steps: number of steps; 6 in the tiny variant.
        hidden: width of the hyper-parameter network; 32 in the tiny variant.
        gradient: how the loop is differentiated.

    Shapes: measurements (B, channels, H / factor, W / factor).

    Raises:
        CapabilityError: the physics, in a call, is not linear, mixes channels, or has a noise that is not Gaussian.

    Source: Zhang, Van Gool, Timofte, "Deep unfolding network for image super-resolution", CVPR 2020.
    """

    def __init__(
        self,
        channels: int = 3,
        widths: Sequence[int] = (64, 128, 256, 512),
        blocks: int = 2,
        n_steps: int = 8,
        hidden: int = 64,
        gradient: Stored | Checkpointed | None = None,
    ) -> None:
        super().__init__()
        self.p = DRUNet(channels, widths, blocks)
        self.h = HyperParameters(n_steps, hidden)
        self.channels = channels
        self.widths = tuple(widths)
        self.blocks = blocks
        self.n_steps = n_steps
        self.hidden = hidden
        self.gradient = Stored() if gradient is None else gradient

    def forward(self, y: Tensor, physics: Physics) -> Tensor:
        """The reconstruction of each sample of ``y``."""
        sigma = _noise_level(y, physics)
        f = likelihood(physics.with_noise(NoNoise()), y)
        assert isinstance(f, Proximable)  # the physics is linear
        x = _upsampled(y, physics)
        alpha, beta = self.h(sigma, round(x.shape[-1] / y.shape[-1]))

        def step(k: int, state: State) -> State:
            return State(self._cleaned(f.prox(state.x, 1 / alpha[:, k]), beta[:, k]), k + 1)

        return self.gradient.run(step, State(x), self.n_steps, list(self.parameters())).x

    def _cleaned(self, z: Tensor, level: Tensor) -> Tensor:
        return self.p(z, level)


class ResidualUSRNet(USRNet):
    """A :class:`USRNet` whose ResUNet predicts what is to be taken away, so that it can start from a denoiser.

    Args:
        channels: image channels.
        widths: feature channels of the ResUNet at its four scales.
        blocks: residual blocks per scale and side.
        n_steps: number of steps.
        half_prior: compute the ResUNet in bfloat16; the data steps stay as they are.

    Shapes: measurements (B, channels, H / factor, W / factor).

    Source: Zhang, Van Gool, Timofte, CVPR 2020; the residual is ours.
    """

    def __init__(
        self,
        channels: int = 3,
        widths: Sequence[int] = (16, 32, 64, 128),
        blocks: int = 2,
        n_steps: int = 4,
        half_prior: bool = False,
    ) -> None:
        super().__init__(channels, widths, blocks, n_steps)
        self.p = DRUNet(channels, widths, blocks, residual=True)
        self.half_prior = half_prior

    @override
    def _cleaned(self, z: Tensor, level: Tensor) -> Tensor:
        with torch.autocast(z.device.type, torch.bfloat16, enabled=self.half_prior):
            return self.p(z, level).to(z.dtype)


def _noise_level(y: Tensor, physics: Physics) -> Tensor:
    """The standard deviation of the noise of each sample, (B,)."""
    sigma = physics.noise.gaussian_sigma
    if not isinstance(physics, LinearPhysics) or sigma is None:
        raise CapabilityError(
            f"`physics` must be linear with Gaussian noise or none, got {type(physics).__name__} with "
            f"{type(physics.noise).__name__}; use another model."
        )
    return torch.as_tensor(sigma, dtype=y.dtype, device=y.device).expand(y.shape[0])


def _upsampled(y: Tensor, physics: Physics) -> Tensor:
    """``y`` repeated to the size of the image."""
    assert isinstance(physics, LinearPhysics)  # its noise level has been asked for
    shape = physics.A_adjoint(y).shape
    if shape[:2] != y.shape[:2] or len(shape) != 4:
        raise CapabilityError(
            f"`physics` must measure each channel on a grid of its own, got {tuple(y.shape)} for an image "
            f"{tuple(shape)}; use another model."
        )
    return F.interpolate(y, size=shape[-2:], mode="nearest")
