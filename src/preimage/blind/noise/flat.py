"""The energy of noise where only some of the blocks of a picture are flat."""

import math
from functools import cache

import torch
from torch import Tensor

__all__ = ["flat_energy"]

_QUANTILES = (0.1, 0.35)
_SHARES = tuple(0.37 * 1.032**k for k in range(32))  # of flat blocks: 0.37 to 1


def flat_energy(energy: Tensor, freedom: int) -> tuple[float, float]:
    r"""The mean energy of a coefficient of noise, and the share of flat blocks.

    Let ``p`` of the blocks be flat, so that the energy of a band of ``n`` coefficients is ``s chi^2_n / n``, and all
    others above the quantiles ``q_1 < q_2`` that are looked at. Then these are ``s F^-1(q_i / p) / n`` with ``F`` the
    distribution of chi squared: their ratio tells ``p``, and with it their size ``s``.

    Args:
        energy: the mean square of ``n`` coefficients of each block, (N,).
        freedom: ``n``.
    """
    low, high = (float(v) for v in torch.quantile(energy.double(), torch.tensor(_QUANTILES, dtype=torch.float64)))
    if low <= 0:
        return max(low, 0.0), 0.0
    table = _table(freedom)
    # The ratio falls as the share grows; one that is larger than any in the table has too little that is flat.
    ratio = math.log(high / low)
    index = min(range(len(_SHARES)), key=lambda k: abs(table[k][1] - ratio))
    return low / table[index][0], _SHARES[index]


@cache
def _table(freedom: int) -> tuple[tuple[float, float], ...]:
    """For each share of flat blocks: the lower quantile of a flat block, and the logarithm of the ratio of the two."""
    rows = []
    for share in _SHARES:
        low, high = (_chi_squared_quantile(min(q / share, 0.999), freedom) for q in _QUANTILES)
        rows.append((low, math.log(high / low)))
    return tuple(rows)


def _chi_squared_quantile(probability: float, freedom: int) -> float:
    """Of the mean of ``freedom`` squares of standard normal variables, by bisection."""
    low, high = 0.0, 10.0
    half = torch.tensor(freedom / 2, dtype=torch.float64)
    for _ in range(50):
        middle = (low + high) / 2
        below = float(torch.special.gammainc(half, half * middle)) < probability
        low, high = (middle, high) if below else (low, middle)
    return (low + high) / 2
