"""
Phase retrieval: a spectral start and gradient descent
======================================================

Detectors count energy, the phase is lost. An eigenvector is near enough to the truth for descent on amplitudes to
find the rest (Candes, Li, Soltanolkotabi 2015).
"""

import torch
from skimage import data

from preimage import physics, plot
from preimage.metric import PhaseAlignedNMSE, align_phase
from preimage.optim import GD, AmplitudeLoss, SpectralInit, Variational

rng = torch.Generator().manual_seed(0)
angle = torch.from_numpy(data.camera()[100:420:10, 100:420:10].copy()).float()[None, None] / 255
truth = torch.polar(torch.ones_like(angle), 2 * angle)
camera = physics.CodedDiffraction.random(6, (32, 32), rng)
y = camera(truth)
step = 0.5 / float(camera.operator.norm(truth)) ** 2
start = Variational(GD(step), fidelity=AmplitudeLoss, init=SpectralInit(), max_steps=1, tol=None)(y, camera)
found = Variational(GD(step), fidelity=AmplitudeLoss, init=SpectralInit(), max_steps=500, tol=1e-6)(y, camera)
shown = {name: align_phase(each, truth).angle() / 2 for name, each in {"spectral start": start, "found": found}.items()}
figure = plot.draw_images({**shown, "truth": angle}, angle)
errors = [float(PhaseAlignedNMSE()(each, truth)) for each in (start, found)]
assert errors[1] < 1e-3 * errors[0]
