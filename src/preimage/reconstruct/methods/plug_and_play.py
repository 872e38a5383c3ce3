"""A denoiser as prior."""

from dataclasses import dataclass, replace
from typing import ClassVar

from torch import Tensor
from typing_extensions import override

from preimage import zoo
from preimage._tree import Measurement
from preimage.denoisers import ComplexDenoiser
from preimage.optim import DPIR, Annealing
from preimage.physics import GaussianNoise, Physics
from preimage.reconstruct.frame.acquisition import Piece
from preimage.reconstruct.frame.approach import Approach, FoundImages, Tell
from preimage.reconstruct.frame.run import run_variational

__all__ = ["PlugAndPlay"]

WEIGHTS = "drunet-grey-compact"


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

        denoiser = ComplexDenoiser(zoo.load_denoiser(WEIGHTS)).to(start.device)
        model = DPIR(denoiser, Annealing(self.steps, weight=self.weight), init)
        found = run_variational(model, piece.y / peak, piece.physics.with_noise(noise), tell)
        return replace(found, x=found.x * peak)
