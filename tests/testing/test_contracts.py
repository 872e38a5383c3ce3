import pytest

from preimage.denoisers import Denoiser
from preimage.metric import MSE
from preimage.optim import PGD, TVPrior
from preimage.physics import GaussianNoise, Haze, Inpainting
from preimage.testing.contracts import contract_properties
from tests.example import Mirror, random

X = random(2, 3, 8, 8)


@pytest.mark.parametrize(
    ("value", "names"),
    [
        (Inpainting(X[0, 0]), {"linearity", "adjoint", "untouched", "independence", "norm", "shifted solve"}),
        (Haze(X[:1, :1], 0.1), {"untouched", "derivative"}),
        (GaussianNoise(0.1), {"sample", "likelihood", "law", "prox"}),
        (TVPrior(1.0), {"prox", "composition"}),
        (MSE(), {"metric"}),
        (PGD(), {"algorithm"}),
        (Mirror(), {"denoiser"}),
    ],
)
def test_types_say_what_is_checked(value: object, names: set[str]) -> None:
    found = [part.name for part in contract_properties(value, X)]
    assert names <= set(found)
    assert len(found) == len(set(found))
    if isinstance(value, (MSE, PGD, Denoiser)):
        assert found == list(names)


def test_what_others_need_comes_before_them() -> None:
    seen: set[str] = set()
    parts = contract_properties(Inpainting(X[0, 0]), X)
    for part in parts:
        assert not set(part.needs) & {other.name for other in parts} - seen
        seen.add(part.name)
