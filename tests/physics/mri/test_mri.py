import pytest
import torch

from preimage.errors import ArgumentError, ShapeError
from preimage.physics import MRI, GaussianNoise, Inpainting
from tests.example import complex_example, random

EXAMPLES = {
    MRI: [
        complex_example(lambda: MRI(random(6, 5) > 0.4, GaussianNoise(0.1)), (2, 1, 6, 5)),
        complex_example(lambda: MRI(random(2, 1, 4, 6)), (2, 1, 4, 6)),
        complex_example(lambda: MRI(random(3, 4, 5) > 0.4, dims=3), (2, 1, 3, 4, 5)),
        complex_example(lambda: MRI(random(4, 5) > 0.4), (2, 1, 3, 4, 5)),
    ],
}


def image(*shape: int) -> torch.Tensor:
    return torch.complex(random(*shape, seed=1), random(*shape, seed=2)).to(torch.complex128)


def test_samples_of_the_shifted_transform() -> None:
    x, mask = image(2, 1, 7, 6), random(7, 6) > 0.5
    spectrum = torch.fft.fftshift(torch.fft.fft2(torch.fft.ifftshift(x, (-2, -1)), norm="ortho"), (-2, -1))
    torch.testing.assert_close(MRI(mask).A(x), torch.where(mask, spectrum, 0), rtol=1e-12, atol=1e-12)


def test_closed_forms() -> None:
    x, mask = image(1, 1, 6, 7), (random(6, 7) > 0.5).double()
    physics = MRI(mask)
    y = physics.A(x)
    torch.testing.assert_close(physics.A_dagger(y), physics.A_adjoint(y), rtol=1e-12, atol=1e-12)  # 0 and 1 only
    solved = physics.solve_shifted(x, 0.3)
    torch.testing.assert_close(physics.A_adjoint(physics.A(solved)) + 0.3 * solved, x, rtol=1e-12, atol=1e-12)
    assert physics.norm(x).tolist() == [1]


def test_a_mask_after_mri_is_closed_too() -> None:
    product = Inpainting(random(6, 7) > 0.5) @ MRI(random(6, 7, seed=3) > 0.3)
    assert product.diagonal(image(1, 1, 6, 7)) is not None


def test_what_is_not_sampled_is_not_seen() -> None:
    mask = random(6, 7) > 0.5
    assert torch.equal(MRI(mask).seen(image(1, 1, 6, 7))[0, 0], mask)


def test_what_is_wrong_is_refused() -> None:
    with pytest.raises(ShapeError, match=r"`x` must be complex, got torch\.float32"):
        MRI(torch.ones(4, 4)).A(torch.ones(1, 1, 4, 4))
    with pytest.raises(ShapeError, match="`mask` must fit images"):
        MRI(torch.ones(4, 5)).A(torch.ones(1, 1, 4, 4, dtype=torch.complex64))
    with pytest.raises(ShapeError, match=r"`mask` must be real, \(H, W\)"):
        MRI(torch.ones(3, 4, 4))
    with pytest.raises(ShapeError, match="at least 5 dimensions"):
        MRI(torch.ones(3, 4, 4), dims=3).A(torch.ones(1, 1, 4, 4, dtype=torch.complex64))
    with pytest.raises(ArgumentError, match="`dims` must be 2 or 3"):
        MRI(torch.ones(4, 4), dims=1)
