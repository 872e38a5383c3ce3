import torch

from preimage.datasets.hdf5.identity import describe_generation, differences, physics_tensors
from preimage.physics import Blur, Inpainting, stack
from preimage.physics.generators import SigmaGenerator
from preimage.physics.noise import GaussianNoise


def blur(weight: float = 1.0, sigma: float = 0.1) -> Blur:
    return Blur(torch.full((1, 1, 1, 1), weight), noise=GaussianNoise(sigma))


def test_equal_calls_are_described_alike_and_others_are_not() -> None:
    wanted = describe_generation(blur(), None, 0, {"train": 3})
    assert differences(describe_generation(blur(), None, 0, {"train": 5}), wanted) == []  # it may grow
    others = [
        describe_generation(blur(0.5), None, 0, {"train": 3}),
        describe_generation(blur(sigma=0.2), None, 0, {"train": 3}),
        describe_generation(blur(), SigmaGenerator(), 0, {"train": 3}),
        describe_generation(blur(), None, 1, {"train": 3}),
        describe_generation(Inpainting(torch.ones(1, 1)), None, 0, {"train": 3}),
        describe_generation(blur(), None, 0, {"test": 3}),
    ]
    assert all(differences(other, wanted) for other in others)
    assert differences(others[3], wanted) == ["seed is 1, not 0"]
    assert wanted["torch"] == torch.__version__


def test_tensors_of_all_sensors_are_told() -> None:
    found = physics_tensors(stack(blur(0.25), Inpainting(torch.ones(1, 4))))
    assert sorted(array.shape for array in found.values()) == [(1, 1, 1, 1), (1, 1, 1, 4)]
    assert all(name.startswith("physics/") for name in found)
