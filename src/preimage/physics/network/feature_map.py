"""What a layer of a network sees of an image."""

import copy
import difflib
from collections import OrderedDict
from typing import Any

import torch
from torch import Tensor, nn

from preimage._fields import attributes_of
from preimage._ranges import check_level
from preimage.errors import ArgumentError, ShapeError
from preimage.physics.noise import Noise
from preimage.physics.operator.base import Physics

__all__ = ["FeatureMap"]


class FeatureMap(Physics):
    r"""``A(x) = Phi((x - mean) / std)`` with ``Phi`` the part of a network up to and including one of its layers.

    The object holds a copy of the network, in evaluation mode and without gradients of its own, so that the network it
    was made of neither changes nor matters any more. Layers after ``layer`` are not computed; where the network
    calls ``layer`` several times, the first call counts. Numbers are of the precision of the image.

    Args:
        network: any module whose first argument is a batch of images, and which treats each on its own.
        layer: its name as in ``network.named_modules()``; "" is the network itself.
        mean, std: the mean and standard deviation of what the network was trained on, ``std`` > 0, numbers or one per
            channel, (C,). A grey image is seen in all of their channels.
        arguments: the arguments of the network after the image, such as the noise level of a denoiser.

    Shapes: what the network takes; ``y`` is a tensor (B, ...).

    Raises:
        ArgumentError: no such layer; the network does not reach it, or it gives something else than a tensor.
        ShapeError: the output of the layer is not one row per image.

    Source: Mahendran & Vedaldi, "Understanding deep image representations by inverting them", CVPR 2015.
    """

    def __init__(
        self,
        network: nn.Module,
        layer: str,
        mean: float | Tensor = 0.0,
        std: float | Tensor = 1.0,
        arguments: tuple[Any, ...] = (),
        noise: Noise | None = None,
    ) -> None:
        super().__init__(noise)
        check_level("std", std, "one divides by nothing")
        self.network = _frozen(network)
        self.layer = layer
        self.mean = mean
        self.std = std
        self.arguments = arguments
        _find(self.network, layer).register_forward_hook(_stop)

    def A(self, x: Tensor) -> Tensor:
        """The output of the layer."""
        # Differences are new tensors, which a network that works in place may overwrite.
        seen = (x - _per_channel(self.mean, x)) / _per_channel(self.std, x)
        held = {**dict(self.network.named_parameters()), **dict(self.network.named_buffers())}
        held = {name: tensor.to(x) if tensor.is_floating_point() else tensor for name, tensor in held.items()}
        try:
            torch.func.functional_call(self.network, held, (seen, *self.arguments))
        except _Reached as reached:
            output = reached.args[0]
        else:
            raise ArgumentError(
                f"`layer` must be one that {type(self.network).__name__} computes with, got {self.layer!r}, which it "
                "does not reach (or runs as compiled code); name another layer."
            )
        if not isinstance(output, Tensor):
            raise ArgumentError(
                f"`layer` must be one that gives a tensor, got {self.layer!r}, which gives {type(output).__name__}; "
                "name a layer inside or after it."
            )
        if output.shape[:1] != x.shape[:1]:
            raise ShapeError(
                f"`layer` must give one row for each of {x.shape[0]} images, got shape {tuple(output.shape)} from "
                f"{self.layer!r}; name another layer."
            )
        return output

    def train(self, mode: bool = True) -> "FeatureMap":
        """As of every module, except that the network stays in evaluation mode."""
        super().train(mode)
        self.network.eval()
        return self


class _Reached(BaseException):
    """Carries the output of the layer past whatever the network may catch."""


def _stop(layer: nn.Module, inputs: object, output: object) -> None:
    raise _Reached(output)


def _frozen(network: nn.Module) -> nn.Module:
    """A copy that nothing trains, without the hooks of another :class:`FeatureMap`."""
    # Tensors that hooks have computed (weight normalisation) are no leaves, which deepcopy refuses.
    held = [item for module in network.modules() for item in attributes_of(module).values() if isinstance(item, Tensor)]
    copies: dict[int, Any] = {id(tensor): tensor.detach().clone() for tensor in held}
    hooks = [module._forward_hooks for module in network.modules()]
    others = [OrderedDict((key, hook) for key, hook in table.items() if hook is not _stop) for table in hooks]
    copies |= {id(table): copy.deepcopy(rest) for table, rest in zip(hooks, others, strict=True)}
    frozen = copy.deepcopy(network, copies)
    for parameter in frozen.parameters():
        if parameter.requires_grad:  # asking is allowed under vmap, setting is not
            parameter.requires_grad_(False)
    return frozen.eval()


def _find(network: nn.Module, layer: str) -> nn.Module:
    layers = dict(network.named_modules(remove_duplicate=False))  # a module may have several names
    if layer not in layers:
        names = [name for name in layers if name]
        near = difflib.get_close_matches(layer, names, 3, 0.5)
        told = f"close ones: {', '.join(near)}" if near else f"there are {', '.join(names[:8])}"
        raise ArgumentError(
            f"`layer` must name a module of {type(network).__name__}, got {layer!r}; {told}"
            f"{', ...' if not near and len(names) > 8 else ''}."
        )
    return layers[layer]


def _per_channel(value: float | Tensor, like: Tensor) -> Tensor:
    return torch.as_tensor(value, dtype=like.dtype, device=like.device).reshape(-1, *(1,) * (like.ndim - 2))
