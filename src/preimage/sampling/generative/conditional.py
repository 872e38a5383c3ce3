"""A network that draws from a posterior in one pass."""

import torch
from torch import Tensor

from preimage._ranges import check_count
from preimage._tree import Measurement
from preimage.denoisers import Denoiser
from preimage.errors import ShapeError
from preimage.optim.variational import back_projection
from preimage.physics import Physics
from preimage.sampling.chains import Chains
from preimage.sampling.posterior import Posterior
from preimage.sampling.posterior_sampler import PosteriorSampler

__all__ = ["ConditionalGenerator"]


class ConditionalGenerator(PosteriorSampler):
    """``x_hat = c + N(c, z)``: an image from the back-projection ``c = A^H y / ||A||^2`` and noise images ``z``.

    Other noise gives another sample, each in one pass of the network: a conditional GAN. Trained by a loss of single
    images alone it learns to ignore ``z``; :func:`preimage.loss.posterior_regularisation` of several samples of the
    same measurement keeps their spread. ``preimage train conditional-gan`` trains one on patches.

    Args:
        network: from images of ``channels + latent`` channels to such ones, of which the first ``channels`` count:
            :class:`preimage.denoisers.UNet`, for example. Its level of noise is zero.
        latent: how many noise images there are, >= 1.
        samples: how many of each image, >= 1.
        seed: >= 0.

    Raises:
        ArgumentError: a number is out of its range.
        ShapeError: (in a call) noise images of another size.

    Source: Mirza, Osindero, "Conditional generative adversarial nets", 2014; Bendel, Ahmad, Schniter, "A regularized
    conditional GAN for posterior sampling in image recovery problems", NeurIPS 2023.
    """

    def __init__(self, network: Denoiser, latent: int = 1, samples: int = 8, seed: int = 0) -> None:
        super().__init__()
        check_count("latent", latent, "without noise all samples are the same")
        check_count("samples", samples, "their mean is the estimate")
        check_count("seed", seed, "it tells runs apart", least=0)
        self.network = network
        self.latent = latent
        self.samples = samples
        self.seed = seed

    def draw(self, y: Measurement, physics: Physics, z: Tensor) -> Tensor:
        """One sample of each image.

        Args:
            y: measurements of a batch.
            physics: what made them.
            z: standard normal numbers (B, latent, H, W), as large as the images.

        Raises:
            CapabilityError: the physics is not linear.
        """
        c = back_projection(y, physics)
        if z.shape != (len(c), self.latent, *c.shape[2:]):
            raise ShapeError(
                f"`z` must be ({len(c)}, {self.latent}, {', '.join(map(str, c.shape[2:]))}), got {tuple(z.shape)}; "
                "draw it by torch.randn."
            )
        return c + self.network(torch.cat([c, z], 1), 0.0)[:, : c.shape[1]]

    @torch.no_grad()
    def sample(self, y: Measurement, physics: Physics) -> Posterior:
        """Samples of the images behind ``y``.

        Raises:
            CapabilityError: the physics is not linear.
        """
        like = back_projection(y, physics)
        noise = like[:, :1].expand(-1, self.latent, *like.shape[2:])
        chains = [Chains.seeded(self.seed, len(like), n, alike=True, device=like.device) for n in range(self.samples)]
        return Posterior(torch.stack([self.draw(y, physics, each.normal(noise)) for each in chains], 1))
