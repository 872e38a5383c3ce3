import pytest
import pywt
import torch

from preimage.errors import ArgumentError
from preimage.transform import Wavelet

NAMES = ["haar", "db2", "db4", "sym8", "coif2"]


@pytest.mark.filterwarnings("ignore:Level value")
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("shape", [(2, 3, 32, 48), (1, 1, 8, 64)])
def test_coefficients_are_those_of_pywavelets(name: str, shape: tuple[int, ...], rng: torch.Generator) -> None:
    x = torch.randn(shape, generator=rng, dtype=torch.float64)
    transform = Wavelet(name, level=2)
    approximation, *details = transform.bands(transform.analysis(x))
    expected, *expected_details = pywt.wavedec2(x.numpy(), name, mode="periodization", level=2)
    torch.testing.assert_close(approximation, torch.from_numpy(expected))
    for ours, theirs in zip(details, expected_details, strict=True):
        for band, reference in zip(ours, theirs, strict=True):
            torch.testing.assert_close(band, torch.from_numpy(reference))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("shape", [(2, 1, 16, 24), (1, 2, 13, 7), (1, 1, 1, 9), (1, 1, 2, 1), (1, 1, 1, 1)])
def test_synthesis_is_inverse_and_adjoint_for_any_size(name: str, shape: tuple[int, ...], rng: torch.Generator) -> None:
    x, c = (torch.randn(shape, generator=rng, dtype=torch.float64) for _ in range(2))
    transform = Wavelet(name)
    torch.testing.assert_close(transform.synthesis(transform.analysis(x)), x, atol=1e-10, rtol=0)
    torch.testing.assert_close(transform.analysis(transform.synthesis(c)), c, atol=1e-10, rtol=0)
    torch.testing.assert_close((transform.analysis(x) * c).sum(), (x * transform.synthesis(c)).sum())


@pytest.mark.parametrize("shape", [(2, 3, 32, 48), (2, 1, 13, 7)])
def test_the_matrix_is_orthogonal(shape: tuple[int, ...]) -> None:
    size = shape[2] * shape[3]
    images = torch.eye(size, dtype=torch.float64).reshape(size, 1, *shape[2:])[:200]
    rows = Wavelet("db4").analysis(images).flatten(1)
    torch.testing.assert_close(rows @ rows.T, torch.eye(len(rows), dtype=torch.float64), atol=1e-10, rtol=0)


def test_volumes_agree_with_pywavelets(rng: torch.Generator) -> None:
    x = torch.randn(1, 2, 8, 4, 16, generator=rng, dtype=torch.float64)
    transform = Wavelet("db2", level=1, dims=3)
    approximation, (first, second, both, *_) = transform.bands(transform.analysis(x))
    expected = pywt.dwtn(x.numpy(), "db2", mode="periodization", axes=(2, 3, 4))
    for band, key in ((approximation, "aaa"), (first, "daa"), (second, "ada"), (both, "dda")):
        torch.testing.assert_close(band, torch.from_numpy(expected[key]))


def test_a_constant_has_no_details_even_at_odd_sizes() -> None:
    transform = Wavelet("db3", level=2)
    c = transform.analysis(torch.full((1, 1, 12, 20), 0.7, dtype=torch.float64))
    _, *details = transform.bands(c)
    assert max(band.abs().max() for level in details for band in level) < 1e-10


def test_gradients_complex_and_batch_independence(rng: torch.Generator) -> None:
    x = torch.randn(2, 1, 6, 5, generator=rng, dtype=torch.float64, requires_grad=True)
    transform = Wavelet("db2", level=2)
    assert torch.autograd.gradcheck(transform.analysis, (x,))
    assert torch.autograd.gradcheck(transform.synthesis, (x,))
    whole = transform.analysis(x)
    assert torch.equal(whole, torch.cat([transform.analysis(x[:1]), transform.analysis(x[1:])]))
    z = torch.complex(x.detach(), x.detach().flip(0))
    torch.testing.assert_close(transform.analysis(z).real, transform.analysis(x).detach())
    torch.testing.assert_close(transform.synthesis(transform.analysis(z)), z)


def test_what_cannot_work_is_said() -> None:
    with pytest.raises(ArgumentError, match="orthogonal"):
        Wavelet("bior2.2")
    with pytest.raises(ArgumentError, match="wavelist"):
        Wavelet("nonsense")
    with pytest.raises(ArgumentError, match="level"):
        Wavelet("haar", 0)
