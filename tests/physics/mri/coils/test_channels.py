import pytest
import torch

from preimage.errors import ArgumentError, ShapeError
from preimage.physics import GaussianNoise, MultiCoilMRI, coils


def correlated(count: int) -> torch.Tensor:
    numbers = torch.randn(3, count, dtype=torch.complex128, generator=torch.Generator().manual_seed(0))
    mixing = torch.tensor([[1, 0, 0], [0.5j, 2, 0], [0.3, -0.4, 0.5]], dtype=torch.complex128)
    return mixing @ numbers


def test_whitened_noise_is_that_of_the_noise_model() -> None:
    noise = correlated(4000)
    white = coils.mix_coils(coils.prewhitening(noise), noise[None])[0]
    covariance = torch.cov(white)
    torch.testing.assert_close(covariance, 2 * torch.eye(3).to(covariance), rtol=0, atol=1e-10)
    assert white.real.std().item() == pytest.approx(1, rel=0.03)


def test_whitened_maps_go_with_whitened_data() -> None:
    maps, x = coils.birdcage((6, 6), 3), torch.randn(1, 1, 6, 6, dtype=torch.complex64)
    matrix = coils.prewhitening(correlated(50)).to(torch.complex64)
    physics = MultiCoilMRI(torch.ones(6, 6), maps)
    white = MultiCoilMRI(torch.ones(6, 6), coils.mix_coils(matrix, maps[None]), GaussianNoise(1.0))
    torch.testing.assert_close(white.A(x), coils.mix_coils(matrix, physics.A(x)))


def test_compression_keeps_what_lies_in_few_coils() -> None:
    data = torch.randn(2, 2, 30, dtype=torch.complex128)
    spread = torch.randn(5, 2, dtype=torch.complex128) @ data
    matrix = coils.coil_compression(spread, 2)
    assert matrix.shape == (2, 2, 5)
    fewer = coils.mix_coils(matrix, spread)
    torch.testing.assert_close(matrix.mH @ fewer, spread)
    torch.testing.assert_close(matrix @ matrix.mH, torch.eye(2).expand(2, 2, 2) + 0j * matrix[:, :, :2])
    energy = fewer.abs().square().sum(2)
    assert bool((energy[:, 0] >= energy[:, 1]).all())


def test_what_is_wrong_is_refused() -> None:
    with pytest.raises(ShapeError, match="`noise` must be complex"):
        coils.prewhitening(torch.ones(3, 2, dtype=torch.complex64))
    with pytest.raises(ArgumentError, match="`noise` must have full rank"):
        coils.prewhitening(torch.zeros(2, 9, dtype=torch.complex64))
    with pytest.raises(ArgumentError, match="`channels` must be between"):
        coils.coil_compression(torch.ones(1, 2, 9), 3)
    with pytest.raises(ShapeError, match="`data` must have 3 coils"):
        coils.mix_coils(torch.eye(3), torch.ones(1, 2, 9))
