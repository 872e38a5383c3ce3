"""Plug-and-play on the straight paths of flow matching."""

import torch
from torch import Tensor

from preimage._ranges import check_count, check_level
from preimage._shapes import per_image
from preimage._tree import Measurement
from preimage.denoisers import Denoiser
from preimage.errors import CapabilityError
from preimage.fidelity import likelihood
from preimage.optim.variational import back_projection
from preimage.physics import Physics
from preimage.reconstructor import Reconstructor
from preimage.sampling.chains import Chains
from preimage.sampling.schedule.base import NoiseSchedule
from preimage.sampling.schedule.tables import FlowSchedule

__all__ = ["PnPFlow"]


class PnPFlow(Reconstructor):
    """PnP-Flow: ``z = x - g / L grad f(x)``, then ``x = mean_n D(z + sigma n, sigma)``, for falling levels ``sigma``.

    ``f`` is the negative log-likelihood and ``L`` the Lipschitz constant of its gradient, so that units do not matter;
    ``g = (sigma / (1 + sigma))^exponent``, which is the publication's ``(1 - t)^exponent`` for the time ``t`` of the
    path ``t x + (1 - t) n``, whose noise is ``sigma = (1 - t) / t`` once it is divided by ``t``. New noise takes ``z``
    to where the denoiser knows images; no derivative of the denoiser is needed, and nothing is solved. It is one
    answer, not samples. Of images ``N(m, v)`` mean and variance of a step are known: ``m + v / (v + sigma^2) (z - m)``,
    and the variance of ``z`` plus ``sigma^2 / averages``, times ``(v / (v + sigma^2))^2``.

    Args:
        denoiser: the prior; it has to know noise up to the first level of the schedule.
        exponent: how fast steps towards the measurement shrink, >= 0.
        averages: draws of the noise in a step, >= 1.
        schedule: the levels of noise, of which zero is left out; ``FlowSchedule(100)`` by default.
        seed: >= 0.

    Raises:
        ArgumentError: a number is out of its range.

    Source: Martin, Gagneux, Hagemann, Steidl, "PnP-Flow: plug-and-play image restoration with flow matching", ICLR
    2025, algorithm 3, with steps in units of ``1 / L``.
    """

    def __init__(
        self,
        denoiser: Denoiser,
        exponent: float = 0.5,
        averages: int = 5,
        schedule: NoiseSchedule | None = None,
        seed: int = 0,
    ) -> None:
        super().__init__()
        check_level("exponent", exponent, "0 keeps the steps long", zero=True)
        check_count("averages", averages, "the publication has 5")
        check_count("seed", seed, "it tells runs apart", least=0)
        self.denoiser = denoiser
        self.exponent = exponent
        self.averages = averages
        self.schedule = schedule or FlowSchedule(100)
        self.seed = seed

    @torch.no_grad()
    def forward(self, y: Measurement, physics: Physics) -> Tensor:
        """The image behind each measurement.

        Raises:
            CapabilityError: there is no noise, or the gradient of the likelihood has no known Lipschitz constant.
        """
        if physics.noise.is_absent:
            raise CapabilityError(
                "`physics` must have noise for PnPFlow, whose data term is its likelihood, got NoNoise; take DDNM."
            )
        f, x = likelihood(physics, y), back_projection(y, physics)
        constant = f.lipschitz(x)
        if constant is None:
            raise CapabilityError(
                f"`physics` must have a likelihood of known curvature for PnPFlow, got {type(physics.noise).__name__}; "
                "take REDDiff."
            )
        chains = Chains.seeded(self.seed, len(x), alike=True, device=x.device)
        for sigma in self.schedule.sigmas()[:-1].to(x.device, x.real.dtype):
            length = (sigma / (1 + sigma)) ** self.exponent / constant
            z = x - per_image(length, x) * f.grad(x)
            drawn = [self.denoiser(z + sigma * chains.normal(z), sigma) for _ in range(self.averages)]
            x = torch.stack(drawn).mean(0)
        return x
