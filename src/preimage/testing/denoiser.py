"""What every denoiser must do."""

import copy

import torch
from torch import Tensor

from preimage.denoisers import Denoiser
from preimage.testing._compare import require, require_close, require_equal, rounding
from preimage.testing._values import check_replace, untouched

__all__ = ["check_denoiser"]


def check_denoiser(denoiser: Denoiser, x: Tensor, sigma: float = 0.1) -> None:
    """Require of ``denoiser`` what :class:`preimage.denoisers.Denoiser` promises, on the images ``x``.

    A call leaves its input, the object and global random state alone; the result is like the input; ``sigma`` may be a
    number or one per image; every sample is independent; copies agree, and ``replace`` keeps every field; float64
    agrees with float32; and no pixel reaches further than the ``receptive_radius`` of its traits.

    Args:
        denoiser: the object under test.
        x: two or more small float32 images, best of odd size.
        sigma: noise level in the units of ``x``.

    Raises:
        AssertionError: names the class and the property it breaks.
    """
    batch = x.shape[0]
    levels = torch.linspace(0.5 * sigma, sigma, batch, dtype=x.dtype, device=x.device)
    with torch.no_grad():
        with untouched(denoiser, x, levels, call="forward"):
            result = denoiser(x, levels)
        require(result.shape == x.shape, denoiser, f"the result is {tuple(result.shape)}, want {tuple(x.shape)}")
        require(result.dtype == x.dtype, denoiser, f"the result is {result.dtype}, want {x.dtype}")
        require(result.device == x.device, denoiser, f"the result is on {result.device}, want {x.device}")
        same = denoiser(x, torch.full_like(levels, sigma))
        tol = 1e-4 if x.dtype == torch.float32 else 1e-10
        require_close(denoiser(x, sigma), same, tol, denoiser, "the result with a number for `sigma`")
        for index in range(batch):
            rows = slice(index, index + 1)
            alone = denoiser(x[rows], levels[rows])
            require_close(alone, result[rows], tol, denoiser, "the result of one sample, against the batch,")
        check_replace(denoiser)
        require_equal(copy.deepcopy(denoiser)(x, levels), result, denoiser, "the result after deepcopy")
        wide = copy.deepcopy(denoiser).double()(x.double(), levels.double())
        require_close(result.double(), wide, max(tol, rounding(x.dtype)), denoiser, "the result, against float64,")
        _check_reach(denoiser, x, levels)


def _check_reach(denoiser: Denoiser, x: Tensor, levels: Tensor) -> None:
    radius = denoiser.traits.receptive_radius
    if radius is None or radius + 1 >= x.shape[-1]:
        return
    changed = x.clone()
    changed[..., 0] = 1 - changed[..., 0]
    moved = (denoiser(changed, levels) - denoiser(x, levels)).abs().amax((0, 1, 2))
    tail = moved[radius + 1 :].max().item()
    limit = rounding(x.dtype) * x.abs().max().item()
    require(tail <= limit, denoiser, f"pixels further away than {radius} change the result by {tail:.1e}")
