"""An image and a parameter of its physics as one image, of one row."""

from dataclasses import dataclass

import torch
from torch import Tensor

from preimage._shapes import per_image
from preimage._tree import Measurement
from preimage.denoisers import Denoiser
from preimage.physics import Physics
from preimage.physics.operator.parameter import with_parameter

__all__ = ["JointDenoiser", "JointLayout", "JointPhysics"]


@dataclass(frozen=True)
class JointLayout:
    """Where image and parameter stand in ``z = (x, theta / unit)``, (B, 1, 1, n + k).

    Args:
        image: the shape of an image, (C, H, W).
        parameter: that of a parameter.
        unit: the change of the parameter that counts as much as one of 1 of a pixel.
    """

    image: torch.Size
    parameter: torch.Size
    unit: float

    def join(self, x: Tensor | float, theta: Tensor | float, like: Tensor) -> Tensor:
        """``z`` of images and parameters: tensors (B, ...) or (1, ...), or numbers for all their entries.

        Args:
            like: a tensor of the precision and the batch size wanted.
        """
        rows = []
        for value, shape in ((x, self.image), (theta, self.parameter)):
            whole = like.new_empty(len(like), *shape)
            rows.append(per_image(value, whole).expand_as(whole).flatten(1))
        return torch.cat([rows[0], rows[1] / self.unit], 1)[:, None, None]

    def split(self, z: Tensor) -> tuple[Tensor, Tensor]:
        """Images and parameters, (..., C, H, W) and (..., *parameter), of ``z`` (..., 1, 1, n + k)."""
        n, lead = self.image.numel(), z.shape[:-3]
        x, theta = z[..., 0, 0, :n], z[..., 0, 0, n:]
        return x.reshape(*lead, *self.image), self.unit * theta.reshape(*lead, *self.parameter)


class JointPhysics(Physics):
    """``z -> A_theta(x)`` of ``z = (x, theta / unit)``, with the noise of ``A``: not linear, but in each of both."""

    def __init__(self, physics: Physics, name: str, layout: JointLayout) -> None:
        super().__init__(physics.noise)
        self.physics = physics
        self.name = name
        self.layout = layout

    def A(self, x: Tensor) -> Measurement:
        """The noiseless measurement of the image by the operator with the parameter."""
        image, theta = self.layout.split(x)
        return with_parameter(self.physics, self.name, theta).A(image)

    def seen(self, y: Measurement) -> Measurement:
        """What the operator sees with the parameter it holds."""
        return self.physics.seen(y)


class JointDenoiser(Denoiser):
    """The means of an image and of a parameter, which are independent before anything is measured."""

    def __init__(self, image: Denoiser, parameter: Denoiser, layout: JointLayout) -> None:
        super().__init__()
        self.image = image
        self.parameter = parameter
        self.layout = layout

    def forward(self, x: Tensor, sigma: float | Tensor) -> Tensor:
        """Each by its own denoiser, the parameter at noise ``unit * sigma``."""
        image, theta = self.layout.split(x)
        picture = theta.reshape(len(theta), *(1,) * (4 - theta.ndim), *theta.shape[1:])  # numbers are images, too
        found = self.parameter(picture, self.layout.unit * sigma).reshape(theta.shape)
        return self.layout.join(self.image(image, sigma), found, x)
