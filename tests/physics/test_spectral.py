import torch
from torch import Tensor

from preimage.physics.bases import Fourier, Pixels
from preimage.physics.spectral import SpectralPhysics


class Diagonal(SpectralPhysics):
    def __init__(self, values: Tensor) -> None:
        super().__init__()
        self.values = values

    def spectrum(self, shape: tuple[int, ...], dtype: torch.dtype) -> Tensor:
        return self.values


class Constant(SpectralPhysics):
    def spectrum(self, shape: tuple[int, ...], dtype: torch.dtype) -> Tensor:
        return torch.tensor(2.0, dtype=dtype)


def test_closed_forms_of_a_complex_spectrum() -> None:
    s = torch.tensor([1 + 1j, 0, -2j], dtype=torch.complex128).reshape(1, 1, 1, 3)
    physics, x = Diagonal(s), torch.tensor([1 + 2j, 3, 4], dtype=torch.complex128).reshape(1, 1, 1, 3)
    torch.testing.assert_close(physics.A(x), s * x)
    torch.testing.assert_close(physics.A_adjoint(x), s.conj() * x)
    torch.testing.assert_close(physics.A_dagger(physics.A(x)).flatten(), torch.tensor([1 + 2j, 0, 4], dtype=s.dtype))
    torch.testing.assert_close(physics.solve_shifted(x, 0.5), x / (s.abs() ** 2 + 0.5))
    assert physics.norm(torch.empty(1, 1, 1, 3)).tolist() == [2]


def test_values_below_rounding_count_as_zero_in_each_sample() -> None:
    s = torch.tensor([[1.0, 1e-7], [1e-7, 1e-8]]).reshape(2, 1, 1, 2)
    got = Diagonal(s).A_dagger(torch.ones(2, 1, 1, 2)).flatten(1)
    torch.testing.assert_close(got, torch.tensor([[1.0, 0.0], [1e7, 1e8]]))


def test_a_plain_number_is_a_spectrum() -> None:
    x = torch.rand(2, 1, 3, 3)
    torch.testing.assert_close(Constant().A_dagger(x), x / 2)
    torch.testing.assert_close(Constant().solve_shifted(x, torch.tensor([1.0, 5.0]))[1], x[1] / 9)
    assert Constant().norm(torch.empty(2, 1, 3, 3)).tolist() == [2]


def test_bases_are_unitary() -> None:
    rng = torch.Generator().manual_seed(0)
    for shape in ((2, 1, 4, 5), (2, 1, 5, 4), (1, 2, 3, 4, 6)):
        x = torch.randn(shape, generator=rng, dtype=torch.float64)
        z = torch.complex(x, torch.randn(shape, generator=rng, dtype=torch.float64))
        dims = len(shape) - 2
        for basis, data in ((Pixels(), z), (Fourier(dims, real=False), z), (Fourier(dims), x)):
            torch.testing.assert_close(basis.synthesis(basis.analysis(data), shape), data)
        torch.testing.assert_close(Fourier(dims, real=False).analysis(z).norm(), z.norm())
        over = tuple(range(2, len(shape)))
        torch.testing.assert_close(Fourier(dims).analysis(x), torch.fft.rfftn(x, dim=over, norm="ortho"))
