import pytest
import torch

from preimage.degradations import DegradationPhysics, bsrgan, scunet
from preimage.simulate.builders.degradation import build_bsrgan, build_bsrgan_plus, build_real_esrgan, build_scunet


def test_the_history_is_that_of_the_generator() -> None:
    x = torch.rand(1, 3, 12, 16)
    made = build_bsrgan(x, {"scale": 2}, torch.Generator().manual_seed(3)).physics
    assert isinstance(made, DegradationPhysics)
    assert made.drawn == bsrgan(2).draw(torch.Generator().manual_seed(3))
    other = build_scunet(x, {}, torch.Generator().manual_seed(3)).physics
    assert isinstance(other, DegradationPhysics)
    assert other.drawn == scunet().draw(torch.Generator().manual_seed(3))


@pytest.mark.parametrize("build", [build_bsrgan, build_bsrgan_plus, build_real_esrgan])
def test_pictures_become_smaller_by_the_scale(build: type, rng: torch.Generator) -> None:
    fitted = build(torch.rand(1, 1, 9, 12), {"scale": 3}, rng)
    assert fitted.physics(fitted.x).shape == (1, 1, 3, 4)
