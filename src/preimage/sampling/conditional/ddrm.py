"""Diffusion in the basis of singular vectors."""

from functools import partial

import torch
from torch import Tensor

from preimage._ranges import check_interval
from preimage._tree import Measurement
from preimage.denoisers import Denoiser
from preimage.physics import Physics
from preimage.sampling.chains import Chains
from preimage.sampling.conditional.base import ConditionalSampler, Draw, drawn_by_levels
from preimage.sampling.conditional.singular_system import SingularSystem, singular_system
from preimage.sampling.schedule.base import NoiseSchedule

__all__ = ["DDRM"]


class DDRM(ConditionalSampler):
    r"""Each coefficient ``V^H x`` of the noisy image is drawn around the denoised or the measured one, by its noise.

    For ``A = U diag(s) V^H``, coefficients ``c`` of the denoised image, ``m = U^H y / s`` with noise ``r = s_y / s``,
    and normal ``n``, a step from ``sigma`` to ``t`` gives

    * where nothing is measured: ``c + sqrt(1 - eta^2) t (x - c) / sigma + eta t n``;
    * where the measurement is the noisier, ``r > t``: ``c + sqrt(1 - eta^2) t (m - c) / r + eta t n``;
    * elsewhere ``(1 - eta_b) c + eta_b m + sqrt(t^2 - eta_b^2 r^2) n``.

    If the denoised image were the true one, the noise would have the level ``t`` in each. It needs no derivative and
    few steps. Without noise and with ``eta_b`` = 1 it does on the range of ``A`` what ILVR does with that projection;
    elsewhere ILVR takes a step of DDPM. On the range :class:`DiffPIR` has the same law at each level.

    Args:
        denoiser: the prior; it has to know noise up to the first level of the schedule.
        eta: share of fresh noise, in [0, 1].
        eta_b: weight of the measurement where it is better than the noisy image, in [0, 1].
        schedule: the noise levels and the start; ``PowerSchedule()`` by default.
        samples: how many of each image, >= 1.
        seed: >= 0.

    Raises:
        ArgumentError: a number is out of its range.

    Source: Kawar, Elad, Ermon, Song, "Denoising diffusion restoration models", NeurIPS 2022, equations 7 and 8; ILVR:
    Choi, Kim, Jeong, Gwon, Yoon, ICCV 2021.
    """

    def __init__(
        self,
        denoiser: Denoiser,
        eta: float = 0.85,
        eta_b: float = 1.0,
        schedule: NoiseSchedule | None = None,
        samples: int = 8,
        seed: int = 0,
    ) -> None:
        super().__init__(denoiser, schedule, samples, seed)
        check_interval("eta", eta, "[0, 1]", "the publication has 0.85")
        check_interval("eta_b", eta_b, "[0, 1]", "1 takes the measurement as it is")
        self.eta = eta
        self.eta_b = eta_b

    def prepare(self, y: Measurement, physics: Physics, like: Tensor) -> Draw:
        """The function that draws a sample of images like ``like``.

        Raises:
            CapabilityError: the physics is not diagonal in known bases, or its noise is not white and Gaussian.
        """
        system = singular_system(physics, y, like)
        return drawn_by_levels(self.schedule, like, partial(self._step, system))

    def _step(self, system: SingularSystem, x: Tensor, sigma: Tensor, to: Tensor, chains: Chains) -> Tensor:
        denoised, noise = self.denoiser(x, sigma), chains.normal(x)
        carried = (1 - self.eta**2) ** 0.5 * to
        unmeasured = denoised + carried / sigma * (x - denoised) + self.eta * to * noise
        c, n, level = system.analysis(denoised), system.analysis(noise), system.level
        noisier = level > to
        pull = torch.where(noisier, carried / torch.where(noisier, level, 1), self.eta_b)
        left = (to.square() - (self.eta_b * level).square()).clamp_min(0).sqrt()
        spread = torch.where(noisier, self.eta * to, left)
        wanted = c + pull * (system.measured - c) + spread * n
        return system.add(unmeasured, wanted - system.analysis(unmeasured))
