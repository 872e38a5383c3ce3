import sys

import torch

import preimage
from preimage.fidelity import likelihood
from preimage.optim import PGD, L1Prior
from preimage.physics import BlurFFT, GaussianNoise


def test_a_step_of_pgd_enters_few_functions():
    y = torch.rand(1, 1, 64, 64, generator=torch.Generator().manual_seed(0))
    f, g = likelihood(BlurFFT(torch.full((9, 9), 1 / 81), GaussianNoise(0.05)), y), L1Prior(0.1)
    algorithm = PGD().prepare(f, g, y)
    state = algorithm.init(y)
    entered = []

    def note(frame, event, argument):
        if event == "call" and frame.f_code.co_filename.startswith(preimage.__path__[0]):
            entered.append(frame.f_code.co_name)

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        algorithm.step(f, g, state)
    finally:
        sys.setprofile(before)
    assert 0 < len(entered) <= 15, entered
