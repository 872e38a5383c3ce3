from pathlib import Path

import numpy as np
import pytest
import torch

from preimage.errors import ArgumentError, ImageFileError
from preimage.files import write
from preimage.physics import PET, ParallelBeam, RingScanner
from preimage.reconstruct import PETSettings, reconstruct
from preimage.reconstruct.pet.acquire import acquire_pet

RING = RingScanner(40, 21, 100.0)


def saved(path: Path, values: torch.Tensor | np.ndarray) -> Path:
    np.save(path, np.asarray(values))
    return path


def test_a_ring_with_all_that_is_known_of_it(tmp_path: Path) -> None:
    rng = torch.Generator().manual_seed(0)
    x = torch.rand(1, 1, 21, 21, generator=rng)
    efficiency = 0.5 + torch.rand(1, 1, 20, 21, generator=rng)
    mu = 0.01 * torch.rand(1, 1, 21, 21, generator=rng)
    bare = PET(RING, (21, 21), 5.0, fwhm=6.0)
    physics = bare.replace(efficiency=efficiency * bare.attenuation_factors(mu))
    counts = physics.A(x) + 3
    settings = PETSettings(
        radius=100.0, pixel=5.0, fwhm=6.0, background=str(saved(tmp_path / "b.npy", 3 + 0 * counts[0, 0])),
        efficiency=saved(tmp_path / "e.npy", efficiency[0, 0]), attenuation=saved(tmp_path / "mu.npy", mu[0, 0]),
    )  # fmt: skip
    found = acquire_pet(saved(tmp_path / "a.npy", counts[0, 0]), settings)
    piece = found.pieces[0]()
    torch.testing.assert_close(piece.physics.A(x) + 3, piece.y, rtol=1e-5, atol=1e-5)
    assert bool((piece.physics.noise.counts.background == 3).all())
    assert (found.shape, found.grid.sizes, found.usual) == ((21, 21), (0.5, 5.0, 5.0), "osem")
    image = reconstruct("pet", tmp_path / "a.npy", settings).image
    assert image.shape == (21, 21)
    assert float((image - x[0, 0].numpy()).mean()) == pytest.approx(0, abs=0.02)


def test_parallel_strips_are_usual(tmp_path: Path) -> None:
    counts = 5 + torch.rand(3, 12, 16)
    found = acquire_pet(saved(tmp_path / "a.npy", counts), PETSettings(spacing=2.0, ring_spacing=4.0, background="2.5"))
    physics = found.pieces[0]().physics
    assert physics.scanner == ParallelBeam((15.0 * torch.arange(12)).tolist(), 16, 2.0)
    assert (found.shape, found.grid.sizes) == ((3, 16, 16), (4.0, 2.0, 2.0))
    assert physics.noise.counts.background == 2.5


def test_rings_have_a_sinogram_for_each_pair(tmp_path: Path) -> None:
    settings = PETSettings(radius=100.0, rings=2, ring_spacing=4.0)
    found = acquire_pet(saved(tmp_path / "a.npy", torch.ones(4, 20, 21)), settings)
    assert found.shape == (3, 21, 21)
    assert found.grid.sizes[0] == 2.0


@pytest.mark.parametrize(
    ("shape", "settings", "told"),
    [
        ((12, 16), PETSettings(rings=2), "`radius` must be given"),
        ((12, 16), PETSettings(radius=50.0, angles="0:180"), "`angles` must be left out"),
        ((12, 16), PETSettings(radius=50.0, rings=2), "`rings` must be left out"),
        ((3, 12, 16), PETSettings(radius=50.0, rings=2), "`rings` must fit"),
        ((12, 16), PETSettings(angles="0:180:1"), "`angles` must be 12"),
    ],
)
def test_scanners_that_do_not_fit_are_told(
    tmp_path: Path, shape: tuple[int, ...], settings: PETSettings, told: str
) -> None:
    with pytest.raises(ArgumentError, match=told):
        acquire_pet(saved(tmp_path / "a.npy", torch.ones(shape)), settings)


def test_counts_and_their_factors_are_not_negative(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.npy", torch.ones(12, 16))
    with pytest.raises(ImageFileError, match="`efficiency` must be numbers"):
        acquire_pet(path, PETSettings(efficiency=saved(tmp_path / "e.npy", -torch.ones(12, 16))))
    with pytest.raises(ImageFileError, match="`attenuation` must be of"):
        acquire_pet(path, PETSettings(attenuation=saved(tmp_path / "e.npy", torch.ones(12, 16))))
    with pytest.raises(ImageFileError, match="`background` must be a file"):
        acquire_pet(path, PETSettings(background="none.npy"))
    with pytest.raises(ImageFileError, match="negative"):
        acquire_pet(saved(tmp_path / "a.npy", -torch.ones(12, 16)), PETSettings())


def write_rings(path: Path) -> Path:
    """Counts of two rings, in a file that tells distances."""
    write(path, np.ones((4, 20, 21), np.float32), "ZYX", {"Z": 4.0, "Y": 1.0, "X": 2.0}, dict.fromkeys("ZYX", "mm"))
    return path


def test_lengths_are_those_that_are_known(tmp_path: Path) -> None:
    counts = torch.ones(3, 12, 16)
    assert acquire_pet(saved(tmp_path / "a.npy", counts), PETSettings()).grid.unit == "pixel"
    write(tmp_path / "a.nii", counts.numpy(), "ZYX", {"Z": 4.0, "Y": 1.0, "X": 2.0}, dict.fromkeys("ZYX", "mm"))
    found = acquire_pet(tmp_path / "a.nii", PETSettings())
    assert (found.grid.unit, found.grid.sizes) == ("mm", pytest.approx((4, 2, 2)))
    assert found.notes == ("a bin is 2 mm wide, as the input tells",)
    given = acquire_pet(tmp_path / "a.nii", PETSettings(spacing=3.0, ring_spacing=5.0))
    assert (given.grid.sizes, given.notes) == ((5, 3, 3), ())
    rings = write_rings(tmp_path / "r.nii")
    ring = acquire_pet(rings, PETSettings(radius=100.0, rings=2, ring_spacing=4.0))
    assert (ring.grid.unit, ring.notes) == ("mm", ())
