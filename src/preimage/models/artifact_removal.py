"""A first reconstruction in closed form, then a network that removes its artifacts."""

from typing import Literal

from torch import Tensor, nn

from preimage._tree import Measurement
from preimage.denoisers import Denoiser
from preimage.errors import ArgumentError, CapabilityError, ShapeError
from preimage.models._channels import through
from preimage.physics import LinearPhysics, Physics
from preimage.reconstructor import Reconstructor

__all__ = ["ArtifactRemoval"]

_MODES = ("adjoint", "pinv", "direct")


class ArtifactRemoval(Reconstructor):
    r"""``N(B y)`` with a network ``N`` and ``B`` the adjoint, the pseudo-inverse, or nothing.

    A complex image passes through the network as its real channels, then its imaginary ones. A denoiser is told the
    noise level of the physics where that is Gaussian, else zero.

    Args:
        network: ``N``; images to images, or a denoiser.
        mode: "adjoint" for ``A^H y``, "pinv" for the least-squares solution of least norm, "direct" for ``y`` itself.

    Raises:
        ArgumentError: there is no such mode.
        CapabilityError: (in a call) the physics is not linear, and the mode not direct.
        ShapeError: (in a call) the mode is direct, and the measurement no tensor.

    Source: Jin, McCann, Froustey, Unser, "Deep convolutional neural network for inverse problems in imaging", IEEE TIP
    2017.
    """

    def __init__(self, network: nn.Module, mode: Literal["adjoint", "pinv", "direct"] = "adjoint") -> None:
        super().__init__()
        if mode not in _MODES:
            raise ArgumentError(f"`mode` must be one of {', '.join(_MODES)}, got {mode!r}; see help(ArtifactRemoval).")
        self.network = network
        self.mode = mode

    def forward(self, y: Measurement, physics: Physics) -> Tensor:
        """The reconstruction of each sample of ``y``."""
        x = self._first(y, physics)
        if isinstance(self.network, Denoiser):
            sigma = physics.noise.gaussian_sigma
            return through(self.network, x, 0.0 if sigma is None else sigma)
        return through(self.network, x)

    def _first(self, y: Measurement, physics: Physics) -> Tensor:
        if self.mode == "direct":
            if not isinstance(y, Tensor):
                raise ShapeError(
                    f"`y` must be one tensor for the mode 'direct', got {type(y).__name__}; take 'adjoint'."
                )
            return y
        if not isinstance(physics, LinearPhysics):
            raise CapabilityError(
                f"`physics` must be linear for the mode {self.mode!r}, got {type(physics).__name__}; take 'direct'."
            )
        return physics.A_adjoint(y) if self.mode == "adjoint" else physics.A_dagger(y)
