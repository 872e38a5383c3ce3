"""Random histories of photographs."""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from preimage.degradations import DegradationPhysics, Pipeline, bsrgan, bsrgan_plus, real_esrgan, scunet
from preimage.simulate.builders.fitted import Fitted

__all__ = ["build_bsrgan", "build_bsrgan_plus", "build_real_esrgan", "build_scunet"]


def build_bsrgan(x: Tensor, given: Mapping[str, Any], rng: torch.Generator) -> Fitted:
    """Draw a history of BSRGAN."""
    return _drawn(bsrgan(given["scale"]), x, rng)


def build_bsrgan_plus(x: Tensor, given: Mapping[str, Any], rng: torch.Generator) -> Fitted:
    """Draw a history of BSRGAN+."""
    return _drawn(bsrgan_plus(given["scale"]), x, rng)


def build_real_esrgan(x: Tensor, given: Mapping[str, Any], rng: torch.Generator) -> Fitted:
    """Draw a history of Real-ESRGAN."""
    return _drawn(real_esrgan(given["scale"]), x, rng)


def build_scunet(x: Tensor, given: Mapping[str, Any], rng: torch.Generator) -> Fitted:
    """Draw a history of SCUNet."""
    return _drawn(scunet(), x, rng)


def _drawn(pipeline: Pipeline, x: Tensor, rng: torch.Generator) -> Fitted:
    return Fitted(DegradationPhysics(pipeline.draw(rng)), x)
