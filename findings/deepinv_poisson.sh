#!/usr/bin/env bash
# DeepInverse: the value, the gradient and the prox of its Poisson likelihood belong to three different functions.
# The value of PoissonLikelihood is f(x) = sum x / gain - y log(x / gain). Its grad is gain^2 times the derivative (a hundredth for a gain of
# 0.1), so that in proximal gradients a prior weighs 1 / gain^2 times what it should. Its closed prox (prox_d of the fidelity) multiplies the root of the
# quadratic equation by 1 / (gain gamma) and subtracts it, where it is added: densities become negative. And the logarithms of all images of a batch
# are in the value of each. With a gain of 1 and one image, value and gradient agree.
# Expected: grad is the derivative of the value, prox its proximal point, and each image has its own value.
# Remedy: torch.autograd.grad of the value of one image; prox is (x - t + ((x - t)^2 + 4 gamma y)^(1/2)) / 2 with t = gamma / gain, without background.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check torch==2.13.0 numpy==2.4.6 torchvision==0.28.0 deepinv==0.5.0 torchmetrics==1.9.0 \
  lightning-utilities==0.15.3 matplotlib==3.11.2 tqdm==4.70.1 einops==0.8.2 requests==2.34.2 h5py==3.16.0 natsort==8.4.0 pillow==13.0.0

cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import contextlib
from importlib.metadata import version

import torch

with contextlib.suppress(RuntimeError):  # some builds of torchvision do not fit this torch; nothing of it is used here
    for name in ("nms", "qnms"):
        torch.library.define(f"torchvision::{name}", "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")

from deepinv.optim import PoissonLikelihood

print(*(f"{name} {version(name)}" for name in ("deepinv", "torch")))
x = torch.tensor([1.0, 3.0, 0.5, 10.0], dtype=torch.float64).reshape(1, 1, 1, 4)
y = torch.tensor([2.0, 2.0, 1.0, 8.0], dtype=torch.float64).reshape(1, 1, 1, 4)

for gain in (1.0, 0.1):
    distance = PoissonLikelihood(gain=gain, denormalize=False).d
    leaf = x.clone().requires_grad_()
    (slope,) = torch.autograd.grad(distance(leaf, y).sum(), leaf)
    ratio = (distance.grad(x, y) / slope).mean().item()
    print(f"gain {gain}: grad is {ratio:.4f} of the derivative of the value")
    assert abs(ratio - gain**2) < 1e-9, "the behaviour has changed"

distance = PoissonLikelihood(gain=1.0, denormalize=False).d
found = distance.prox(x, y, gamma=1.0)
grid = torch.linspace(0.001, 20, 20000, dtype=torch.float64)
energy = grid - y.reshape(4, 1) * grid.log() + (grid - x.reshape(4, 1)).square() / 2
least = grid[energy.argmin(1)]
closed = (x - 1 + ((x - 1).square() + 4 * y).sqrt()) / 2
print("prox with gamma 1, gain 1:", [round(value, 3) for value in found.flatten().tolist()])
print("the minimum on a grid:    ", [round(value, 3) for value in least.tolist()])
assert torch.allclose(closed.flatten(), least, atol=1e-3), "the closed form is wrong"
assert (found < 0).all(), "the behaviour has changed"

pair = distance(torch.cat([x, 2 * x]), torch.cat([y, y])).tolist()
alone = [distance(x, y).item(), distance(2 * x, y).item()]
print(f"two images together: {pair[0]:.4f} and {pair[1]:.4f}; each alone: {alone[0]:.4f} and {alone[1]:.4f}")
assert all(abs(a - b) > 1 for a, b in zip(pair, alone, strict=True)), "the behaviour has changed"
PYTHON
