import pytest
import torch

from preimage.errors import ArgumentError, ShapeError
from preimage.physics import coils
from preimage.transform import CentredFourier
from tests.physics.mri.coils.scan import angles, disk, seen


def centre(spectrum: torch.Tensor, side: int) -> torch.Tensor:
    top = [size // 2 - side // 2 for size in spectrum.shape[-2:]]
    return spectrum[..., top[0] : top[0] + side, top[1] : top[1] + side]


def test_the_true_maps_are_found() -> None:
    maps, images = seen(48)
    found = coils.espirit(centre(CentredFourier().analysis(images), 20), (48, 48), kernel=5)
    assert angles(found[0], maps).max() < 3
    assert angles(found[0], maps).median() < 0.5
    assert bool(found[0].abs().sum(0)[disk(48) > 0].all())


def test_an_object_larger_than_the_field_of_view_has_two_sets() -> None:
    maps, images = seen(64, 8)
    aliased = CentredFourier().analysis(images)[..., ::2, :]  # every second line: half the field of view
    found = coils.espirit(centre(aliased, 20), (32, 64), kernel=5, crop=0, sets=2)
    basis = found[0].movedim(0, -1).movedim(0, -2)  # (H, W, coils, sets)
    for place in (slice(16, 48), slice(0, 16)):  # rows of the disk that are in the field of view, and some that are not
        truth = maps[:, place].movedim(0, -1)
        rows = torch.arange(64)[place]
        span = basis[(rows - 16) % 32]
        kept = (span @ (span.mH @ truth.unsqueeze(-1))).squeeze(-1)
        inside = (disk(64) > 0)[place]
        share = (torch.linalg.vector_norm(kept, dim=-1) / torch.linalg.vector_norm(truth, dim=-1))[inside]
        assert share.min() > 0.99


def test_blocks_of_rows_give_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    _, images = seen(24, 4)
    spectrum = centre(CentredFourier().analysis(images), 12)
    whole = coils.espirit(spectrum, (24, 20), kernel=3, crop=0)
    monkeypatch.setattr("preimage.physics.mri.coils.espirit._ENTRIES", 1)
    torch.testing.assert_close(coils.espirit(spectrum, (24, 20), kernel=3, crop=0), whole, rtol=1e-4, atol=1e-4)


def test_volumes() -> None:
    maps = coils.birdcage((12, 14, 16), 4)
    ball = torch.cartesian_prod(*(torch.linspace(-1, 1, n) for n in (12, 14, 16))).norm(dim=1).reshape(12, 14, 16) < 0.8
    spectrum = CentredFourier(3).analysis((maps * ball)[None])[..., 1:11, 2:12, 3:13]
    found = coils.espirit(spectrum, (12, 14, 16), kernel=3)[0]
    inner = (found.conj() * maps).sum(0).abs()[ball]
    assert torch.rad2deg(torch.acos(inner.clamp(max=1))).median() < 3


def test_gradients_reach_the_calibration() -> None:
    calibration = torch.randn(1, 2, 4, 4, dtype=torch.complex128, generator=torch.Generator().manual_seed(0))

    def moduli(k: torch.Tensor) -> torch.Tensor:
        return coils.espirit(k, (3, 4), kernel=2, threshold=0.3, crop=0).abs()

    assert torch.autograd.gradcheck(moduli, calibration.requires_grad_())


def test_samples_are_independent() -> None:
    k = torch.randn(2, 3, 6, 6, dtype=torch.complex128)
    whole = coils.espirit(k, (6, 7), kernel=3, crop=0)
    torch.testing.assert_close(coils.espirit(k[1:], (6, 7), kernel=3, crop=0), whole[1:])


def test_what_is_wrong_is_refused() -> None:
    k = torch.randn(1, 3, 6, 6, dtype=torch.complex64)
    with pytest.raises(ShapeError, match="`calibration` must be complex"):
        coils.espirit(k.real, (6, 6))
    with pytest.raises(ShapeError, match="`kernel` must be between"):
        coils.espirit(k, (6, 6), kernel=7)
    with pytest.raises(ArgumentError, match="`threshold` and `crop`"):
        coils.espirit(k, (6, 6), kernel=3, crop=1.5)
    with pytest.raises(ArgumentError, match="`sets` must be between"):
        coils.espirit(k, (6, 6), kernel=3, sets=4)
