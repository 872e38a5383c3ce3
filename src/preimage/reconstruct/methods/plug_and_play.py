"""A denoiser as prior."""

from dataclasses import dataclass, replace
from typing import ClassVar

from torch import Tensor
from typing_extensions import override

from preimage import zoo
from preimage._tree import Measurement
from preimage.denoisers import ComplexDenoiser, DenoiserWrapper
from preimage.optim import DPIR, Annealing
from preimage.physics import GaussianNoise, Physics
from preimage.reconstruct.frame.acquisition import Piece
from preimage.reconstruct.frame.approach import Approach, FoundImages, Tell
from preimage.reconstruct.frame.run import run_variational

__all__ = ["PlugAndPlay", "SlicesDenoiser"]

WEIGHTS = "drunet-grey-compact"


class SlicesDenoiser(DenoiserWrapper):
    """A denoiser of images, applied to the slices of volumes (B, C, D, H, W)."""

    def forward(self, x: Tensor, sigma: float | Tensor) -> Tensor:
        """Estimate the clean volume behind ``x``."""
        slices = x.transpose(1, 2).flatten(0, 1)
        level = sigma.repeat_interleave(x.shape[2]) if isinstance(sigma, Tensor) and sigma.numel() > 1 else sigma
        return self.denoiser(slices, level).unflatten(0, (x.shape[0], x.shape[2])).transpose(1, 2)


@dataclass(frozen=True)
class PlugAndPlay(Approach):
    """DPIR with the compact DRUNet that comes with preimage, on an image scaled to [0, 1].

    It starts from the first image of the piece, whose largest value is taken for one.
    """

    name: ClassVar[str] = "pnp"
    takes: ClassVar[frozenset[str]] = frozenset({"steps", "weight", "sigma"})
    usual_steps: ClassVar[int] = 8
    usual_weight: ClassVar[float] = 0.23

    @override
    def choose_weight(self, piece: Piece) -> float:
        return self.usual_weight

    @override
    def solve(self, piece: Piece, tell: Tell) -> FoundImages:
        assert self.weight is not None
        start = piece.first()
        peak = float(start.abs().max()) or 1.0
        noise = GaussianNoise(piece.level / peak)

        def init(y: Measurement, physics: Physics) -> Tensor:
            return start / peak

        denoiser = ComplexDenoiser(zoo.load_denoiser(WEIGHTS)).to(start.device, start.real.dtype)
        model = DPIR(
            denoiser if start.ndim == 4 else SlicesDenoiser(denoiser), Annealing(self.steps, weight=self.weight), init
        )
        found = run_variational(model, piece.y / peak, piece.physics.with_noise(noise), tell)
        return replace(found, x=found.x * peak)
