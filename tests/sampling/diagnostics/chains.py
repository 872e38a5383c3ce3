"""Chains made by a formula, so that others can make them as well."""

import math

import torch
from torch import Tensor


def chains(count: int, draws: int, phi: float) -> Tensor:
    """``x_i = phi x_(i-1) + e_i`` with numbers ``e`` that look random: (1, count, draws)."""
    e = [[math.sin(12.9898 * (c * draws + i) + 78.233) * 43758.5453 for i in range(draws)] for c in range(count)]
    rows = []
    for row in e:
        x, values = 0.0, []
        for number in row:
            x = phi * x + (number - math.floor(number)) - 0.5
            values.append(x)
        rows.append(values)
    return torch.tensor(rows, dtype=torch.float64)[None]


# arviz-stats 0.8.0, array_stats.ess(x, chain_axis=0, draw_axis=1, method=...) with "bulk", "tail" (prob=(0.05, 0.95))
# and "mean", and array_stats.rhat(x, chain_axis=0, draw_axis=1).
ORACLE = [
    ((4, 250, 0.0), 1006.3471456465037, 989.1984690710356, 998.2503247004128, 0.9981857720661459),
    ((4, 251, 0.9), 57.903549077290094, 115.28268386203936, 55.34541846943926, 1.028674229632959),
    ((2, 100, -0.6), 460.2059991327962, 226.22374633827954, 460.2059991327962, 0.9908782822653274),
    ((1, 60, 0.5), 49.25391362307657, 39.148861951687465, 46.86287446953538, None),
    ((4, 500, 0.99), 12.541951762762286, 38.68234148941757, 12.08783772142757, 1.2429157656059036),
]
