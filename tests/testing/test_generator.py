import pytest
import torch
from torch import Tensor

from preimage.physics.generators import ParameterGenerator, SigmaGenerator
from preimage.physics.parameters.base import normal
from preimage.testing import check_generator


class Unnormalised(ParameterGenerator):
    def draw(self, rng: torch.Generator | None) -> dict[str, Tensor]:
        return {"kernel": normal(9, rng).abs().reshape(1, 3, 3)}


class Constant(ParameterGenerator):
    def draw(self, rng: torch.Generator | None) -> dict[str, Tensor]:
        return {"sigma": torch.ones((), dtype=torch.float64)}


class Global(ParameterGenerator):
    def draw(self, rng: torch.Generator | None) -> dict[str, Tensor]:
        return {"sigma": torch.rand((), dtype=torch.float64)}


def test_a_sound_one_passes() -> None:
    check_generator(SigmaGenerator())


@pytest.mark.parametrize(
    ("generator", "message"),
    [
        (Unnormalised(), "Unnormalised: the sum of the kernels differs"),
        (Constant(), "Constant: sigma is the same for all images"),
        (Global(), "Global: forward used a global random generator"),
    ],
)
def test_unsound_ones_are_told(generator: ParameterGenerator, message: str) -> None:
    with pytest.raises(AssertionError, match=message):
        check_generator(generator)
