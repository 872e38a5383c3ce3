"""What every metric must do."""

import copy

import torch
from torch import Tensor

from preimage.metric import Metric
from preimage.testing._compare import require, require_close, require_equal, rounding
from preimage.testing._values import check_replace, untouched

__all__ = ["check_metric"]


def check_metric(metric: Metric, x_hat: Tensor, x: Tensor) -> None:
    """Require of ``metric`` what :class:`preimage.metric.Metric` promises, on reconstructions ``x_hat`` of ``x``.

    A call leaves its arguments, the object and global random state alone; there is one value per image, and every image
    is independent; the truth itself is better than ``x_hat``; copies agree, ``replace`` keeps every field; float64
    agrees with float32.

    Args:
        metric: the object under test.
        x_hat: reconstructions that differ from ``x``, float32.
        x: two or more small images, best of odd size.

    Raises:
        AssertionError: names the class and the property it breaks.
    """
    batch = len(x)
    with torch.no_grad():
        with untouched(metric, x_hat, x, call="forward"):
            score = metric(x_hat, x)
        require(score.shape == (batch,), metric, f"the score has shape {tuple(score.shape)}, want ({batch},)")
        require(score.dtype == x.real.dtype, metric, f"the score is {score.dtype}, want {x.real.dtype}")
        require(bool(score.isfinite().all()), metric, "the score is not finite")
        tol = rounding(x.dtype)
        for index in range(batch):
            rows = slice(index, index + 1)
            alone = metric(x_hat[rows], x[rows])
            require_close(alone, score[rows], tol, metric, "the score of one image, against the batch,")
        perfect = metric(x, x)
        better = perfect > score if metric.higher_is_better else perfect < score
        require(bool(better.all()), metric, f"the truth scores {perfect.tolist()}, no better than {score.tolist()}")
        check_replace(metric)
        require_equal(copy.deepcopy(metric)(x_hat, x), score, metric, "the score after deepcopy")
        wide = copy.deepcopy(metric).double()(x_hat.to(_wide(x_hat)), x.to(_wide(x)))
        require_close(score.double(), wide, tol, metric, "the score, against float64,")


def _wide(x: Tensor) -> torch.dtype:
    return torch.complex128 if x.is_complex() else torch.float64
