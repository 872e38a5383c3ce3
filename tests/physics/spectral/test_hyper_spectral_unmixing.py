import pytest
import torch

from preimage.errors import ShapeError
from preimage.physics import HyperSpectralUnmixing
from tests.example import Example, random

EXAMPLES = {
    HyperSpectralUnmixing: [
        Example(lambda: HyperSpectralUnmixing(random(3, 7)), complex=True),
        Example(lambda: HyperSpectralUnmixing(random(2, 3, 4)), shape=(2, 3, 2, 3, 4)),
        Example(lambda: HyperSpectralUnmixing(random(3, 2))),
    ]
}


def test_it_is_the_product_with_the_spectra() -> None:
    spectra, x = random(3, 7), random(2, 3, 4, 5, seed=1)
    torch.testing.assert_close(HyperSpectralUnmixing(spectra).A(x), torch.einsum("ec,behw->bchw", spectra, x))


def test_unmixing_is_least_squares() -> None:
    spectra, y = random(3, 7).double(), random(1, 7, 4, 5, seed=1).double()
    expected = torch.linalg.lstsq(spectra.T, y.flatten(2)[0]).solution.reshape(1, 3, 4, 5)
    torch.testing.assert_close(HyperSpectralUnmixing(spectra).A_dagger(y), expected)


def test_arguments_are_checked() -> None:
    with pytest.raises(ShapeError, match="`endmembers` must be real"):
        HyperSpectralUnmixing(random(3))
    with pytest.raises(ShapeError, match=r"`x` must have shape \(B, 3, ...\)"):
        HyperSpectralUnmixing(random(3, 7)).A(random(2, 4, 4, 5))
