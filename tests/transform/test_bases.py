import torch

from preimage.transform import Fourier, Pixels


def test_bases_are_unitary() -> None:
    rng = torch.Generator().manual_seed(0)
    for shape in ((2, 1, 4, 5), (2, 1, 5, 4), (1, 2, 3, 4, 6)):
        x = torch.randn(shape, generator=rng, dtype=torch.float64)
        z = torch.complex(x, torch.randn(shape, generator=rng, dtype=torch.float64))
        dims = len(shape) - 2
        for basis, data in ((Pixels(), z), (Fourier(dims, real=False), z), (Fourier(dims), x)):
            coefficients = basis.analysis(data)
            torch.testing.assert_close(basis.synthesis(coefficients, shape), data)
            gain = torch.rand(coefficients.shape[1:], generator=rng, dtype=torch.float64)
            torch.testing.assert_close(basis.filter(data, gain), basis.synthesis(gain * coefficients, shape))
        torch.testing.assert_close(Fourier(dims, real=False).analysis(z).norm(), z.norm())
        over = tuple(range(2, len(shape)))
        torch.testing.assert_close(Fourier(dims).analysis(x), torch.fft.rfftn(x, dim=over, norm="ortho"))
