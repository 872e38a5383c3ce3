import pytest
import torch

from preimage.errors import CapabilityError, ShapeError
from preimage.models import SC, GroupSC, SparseReconstructor
from preimage.physics import Demosaicing, GaussianNoise, Inpainting, stack
from tests.example import Example, deblurring, random

EXAMPLES = {
    SparseReconstructor: [
        Example(
            lambda: SparseReconstructor(GroupSC(1, 3, 8, 4)),
            shape=(2, 1, 9, 11),
            physics=lambda: Inpainting(random(9, 11) > 0.3, GaussianNoise(0.1)),
        ),
        Example(lambda: SparseReconstructor(SC(3, 3, 8, 4)), shape=(2, 3, 9, 11), physics=Demosaicing),
    ],
}


def test_what_a_sparse_model_cannot_reconstruct():
    model, x = SparseReconstructor(SC(3, 3, 8, 4)), random(1, 3, 9, 11)
    with pytest.raises(CapabilityError, match="must be Denoising, Demosaicing or Inpainting"):
        model(x, deblurring())
    sensors = stack(Demosaicing(), Demosaicing())
    with pytest.raises(ShapeError, match="must be a tensor"):
        model(sensors.A(x), sensors)


def test_its_parameters_are_those_of_the_model():
    model = SC(3, 3, 8, 4)
    assert set(map(id, SparseReconstructor(model).parameters())) == set(map(id, model.parameters()))
    assert torch.equal(SparseReconstructor(model).model.encoder, model.encoder)
