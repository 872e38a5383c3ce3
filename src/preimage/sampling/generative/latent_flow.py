"""Images drawn through few numbers, whose law a flow has learned."""

import torch
from torch import Tensor, nn

from preimage._module import Module
from preimage._ranges import check_count
from preimage.sampling.chains import Chains
from preimage.sampling.parametrization.velocity import FlowPrediction
from preimage.sampling.sampler.heun import Heun
from preimage.sampling.schedule.tables import FlowSchedule

__all__ = ["CodeVelocity", "LatentFlow"]


class CodeVelocity(Module):
    """The velocity of codes, ``v = N(z, t)``, by three matrices with SiLU between them; the last starts at zero.

    Args:
        latent: numbers of a code.
        width: numbers between.

    Shapes: ``z`` (B, latent) and times (B,) in [0, 1], 1 being noise; the result is like ``z``.

    Raises:
        ArgumentError: a number is below one.

    Source: Lipman et al., "Flow matching for generative modeling", ICLR 2023, for what it is trained to be.
    """

    def __init__(self, latent: int = 32, width: int = 256) -> None:
        super().__init__()
        check_count("latent", latent, "it is that of the codes")
        check_count("width", width, "256 is the default")
        self.latent = latent
        self.width = width
        last = nn.Linear(width, latent)
        nn.init.zeros_(last.weight)
        nn.init.zeros_(last.bias)
        self.layers = nn.Sequential(nn.Linear(latent + 2, width), nn.SiLU(), nn.Linear(width, width), nn.SiLU(), last)

    def forward(self, z: Tensor, t: Tensor) -> Tensor:
        """The velocity at ``z``."""
        time = t.to(z).reshape(-1, 1).expand(len(z), 1)
        return self.layers(torch.cat([z, time, torch.cos(torch.pi * time)], 1))


class LatentFlow(Module):
    """``x = decode(flow(z))``: standard normal numbers ``z`` flow to a code, of which a decoder makes an image.

    The flow is that of rectified flow matching, in ``steps`` steps of Heun from time 0.99 to zero; the numbers of an
    image are those of its code, so that a prior of few numbers, learned on codes, draws whole images. It is a generator
    for :class:`preimage.models.CSGM`, and may be differentiated. ``preimage train latent-flow`` trains one on patches.

    Args:
        decoder: from codes (B, latent) to images: the ``decoder`` of :class:`preimage.denoisers.AutoEncoder`, for
            example.
        velocity: from codes and times (B,) to velocities: :class:`CodeVelocity`, or in closed form.
        latent: numbers of a code.
        steps: >= 1; each asks twice for the velocity.

    Shapes: ``z`` (B, latent).

    Raises:
        ArgumentError: a number is below one.

    Source: Dao, Phung, Nguyen, Tran, "Flow matching in latent space", 2023; Liu, Gong, Liu, "Flow straight and fast",
    ICLR 2023.
    """

    def __init__(self, decoder: nn.Module, velocity: nn.Module, latent: int, steps: int = 20) -> None:
        super().__init__()
        check_count("latent", latent, "it is that of the codes")
        check_count("steps", steps, "20 are the default")
        self.decoder = decoder
        self.velocity = velocity
        self.latent = latent
        self.steps = steps

    def codes(self, z: Tensor) -> Tensor:
        """The codes to which ``z`` flows, (B, latent)."""
        sigmas = FlowSchedule(self.steps, 0.0, 1.0).sigmas()
        # The chains are not asked for: nothing is drawn on the way.
        return Heun()(FlowPrediction(self.velocity), sigmas[0].to(z) * z, sigmas, Chains([]))

    def forward(self, z: Tensor) -> Tensor:
        """An image of each row of ``z``."""
        return self.decoder(self.codes(z))
