"""K-space as ismrmrd, h5py and NumPy write it, against the object it was made of."""

from pathlib import Path

import h5py
import ismrmrd
import numpy as np
import pytest
import torch

from preimage.errors import ArgumentError, ImageFileError
from preimage.files import write
from preimage.files.stacks.opening import stored_arrays
from preimage.physics import MultiCoilMRI, coils
from preimage.reconstruct import MRISettings, Reconstructed, reconstruct
from preimage.reconstruct.mri.acquire import acquire_mri
from preimage.reconstruct.mri.calibration import calibration_size, estimated_maps
from preimage.reconstruct.mri.fastmri import array_kspace, as_pattern, fastmri_kspace
from preimage.reconstruct.mri.ismrmrd import ismrmrd_group, read_ismrmrd, read_shots
from preimage.reconstruct.mri.kspace import KSpace
from preimage.reconstruct.mri.mrd_header import read_mrd_header
from preimage.reconstruct.mri.oversampling import without_oversampling
from preimage.reconstruct.mri.piece import CoilsPiece, outer_noise
from preimage.reconstruct.mri.placing import patient_grid
from tests.reconstruct.mri.scan import header, kspace, phantom, sensitivities, write_fastmri, write_ismrmrd

COVERS = [
    "preimage.reconstruct.mri.acquire",
    "preimage.reconstruct.mri.calibration",
    "preimage.reconstruct.mri.fastmri",
    "preimage.reconstruct.mri.ismrmrd",
    "preimage.reconstruct.mri.kspace",
    "preimage.reconstruct.mri.mrd_header",
    "preimage.reconstruct.mri.oversampling",
    "preimage.reconstruct.mri.piece",
    "preimage.reconstruct.mri.placing",
]

ROWS, COLUMNS = 40, 36
IMAGE = phantom(ROWS, COLUMNS)
MAPS = sensitivities(4, ROWS, COLUMNS)
KSPACE = kspace(IMAGE, MAPS)
DIRECTIONS = [(name, "f4", 3) for name in ("position", "read_dir", "phase_dir", "slice_dir")]
HEADS = np.zeros(2, [("idx", [("slice", "u2")]), *DIRECTIONS])


def wide() -> np.ndarray:
    """K-space of twice the field of view along the columns."""
    image, maps = IMAGE.new_zeros(ROWS, 2 * COLUMNS), MAPS.new_zeros(1, 4, ROWS, 2 * COLUMNS)
    middle = slice(COLUMNS // 2, COLUMNS // 2 + COLUMNS)
    image[:, middle], maps[..., middle] = IMAGE, MAPS
    return kspace(image, maps)


def agrees(found: Reconstructed, image: torch.Tensor = IMAGE, tolerance: float = 0.02) -> None:
    inside = image.abs().numpy() > 0.5
    error = np.abs(np.abs(found.image) - image.abs().numpy())[inside]
    assert error.mean() < tolerance
    assert np.unravel_index(np.argmax(np.abs(found.image)), found.image.shape)[0] > ROWS / 2  # the spot is low


@pytest.mark.parametrize("suffix", ["npy", "npz", "h5"])
def test_arrays_are_the_object(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a.{suffix}"
    if suffix == "npy":
        np.save(path, KSPACE)
    elif suffix == "npz":
        np.savez(path, other=np.zeros(3), kspace=KSPACE)
    else:
        with h5py.File(path, "w") as file:
            file["data"] = KSPACE[None]
    found = reconstruct("mri", path)
    assert found.record.resolved["method"] == "zero-filled"
    assert (found.image.dtype, found.image.shape) == (np.float32, (ROWS, COLUMNS))
    agrees(found)


def test_ismrmrd_loses_its_oversampling_and_keeps_its_place(tmp_path: Path) -> None:
    path = tmp_path / "scan.h5"
    write_ismrmrd(path, [wide(), 2 * wide()], header(2 * COLUMNS, ROWS, (ROWS, COLUMNS)))
    found = reconstruct("mri", path)
    assert found.image.shape == (2, ROWS, COLUMNS)
    np.testing.assert_allclose(found.image[1], 2 * found.image[0], rtol=1e-3, atol=1e-4)
    agrees(Reconstructed(found.image[0], found.grid, found.record))
    assert (found.grid.sizes, found.grid.unit) == ((4.0, 2.0, 2.0), "mm")
    affine = np.array(found.grid.affine)
    np.testing.assert_allclose(affine @ [COLUMNS // 2, ROWS // 2, 0, 1], [-10, -20, 30, 1])  # left, posterior: negative
    np.testing.assert_allclose(affine[:3, :3], np.diag([-2.0, -2.0, 4.0]))
    whole = reconstruct("mri", path, MRISettings(full=True))
    assert whole.image.shape == (2, ROWS, 2 * COLUMNS)


def test_calibration_flags_rows_that_are_left_out_and_averages(tmp_path: Path) -> None:
    path = tmp_path / "scan.h5"
    centre = range(ROWS // 2 - 8, ROWS // 2 + 8)
    rows = sorted({*range(0, ROWS, 2), *centre})
    write_ismrmrd(path, [wide()], header(2 * COLUMNS, ROWS, (ROWS, COLUMNS)), rows)
    found = reconstruct("mri", path, MRISettings(weight=1e-4))
    assert found.record.resolved["method"] == "cg-sense"
    agrees(found)
    # The same with the rows in between as a calibration of their own, of twice the signal, and every row twice.
    (tmp_path / "scan.h5").unlink()
    write_ismrmrd(path, [wide()], header(2 * COLUMNS, ROWS, (ROWS, COLUMNS)), [*range(0, ROWS, 2)] * 2)
    file = ismrmrd.Dataset(str(path), "dataset", create_if_needed=False)
    for row in centre:
        line = ismrmrd.Acquisition.from_array(np.ascontiguousarray(wide()[:, row] * (1 if row % 2 else 5)))
        line.idx.kspace_encode_step_1, line.center_sample = row, COLUMNS
        line.set_flag(ismrmrd.ACQ_IS_PARALLEL_CALIBRATION)
        file.append_acquisition(line)
    for flag in (ismrmrd.ACQ_IS_NAVIGATION_DATA, ismrmrd.ACQ_IS_PHASECORR_DATA, ismrmrd.ACQ_IS_DUMMYSCAN_DATA):
        line = ismrmrd.Acquisition.from_array(np.full((4, 2 * COLUMNS), 1e3, np.complex64))
        line.idx.kspace_encode_step_1, line.center_sample = 3, COLUMNS
        line.set_flag(flag)
        file.append_acquisition(line)
    file.close()
    again = reconstruct("mri", path, MRISettings(weight=1e-4))
    np.testing.assert_allclose(again.image, found.image, atol=1e-4)
    assert "up to 2 readouts were averaged" in again.record.notes


def test_readouts_in_reverse_and_with_samples_to_discard(tmp_path: Path) -> None:
    path = tmp_path / "scan.h5"
    write_ismrmrd(path, [wide()], header(2 * COLUMNS, ROWS, (ROWS, COLUMNS)), [])
    file = ismrmrd.Dataset(str(path), "dataset", create_if_needed=False)
    for row in range(ROWS):
        samples = np.pad(wide()[:, row], ((0, 0), (3, 2)), constant_values=1e3)
        line = ismrmrd.Acquisition.from_array(np.ascontiguousarray(samples))
        line.idx.kspace_encode_step_1, line.discard_pre, line.discard_post = row, 3, 2
        line.center_sample = COLUMNS + 3
        if row % 2:
            reverse = np.ascontiguousarray(wide()[:, row, ::-1])
            line = ismrmrd.Acquisition.from_array(reverse)
            line.idx.kspace_encode_step_1, line.center_sample = row, COLUMNS - 1
            line.set_flag(ismrmrd.ACQ_IS_REVERSE)
        file.append_acquisition(line)
    file.close()
    agrees(reconstruct("mri", path))


def test_readouts_whose_size_is_not_that_of_their_head_are_refused(tmp_path: Path) -> None:
    """ismrmrd cuts complex128 down to complex64 without a word: what counts is what is there."""
    path = tmp_path / "scan.h5"
    write_ismrmrd(path, [KSPACE.astype(np.complex128)], header(COLUMNS, ROWS, (ROWS, COLUMNS)))
    agrees(reconstruct("mri", path))
    with h5py.File(path, "a") as file:
        table = file["dataset/data"][()]
        table["head"]["number_of_samples"] = COLUMNS + 1
        file["dataset/data"][...] = table
    with pytest.raises(ImageFileError, match="damaged"):
        read_ismrmrd(path, "dataset", None)


def test_a_noise_scan_makes_noise_independent_and_tells_its_level(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    mixing = np.eye(4) + 0.5 * rng.standard_normal((4, 4))
    white = rng.standard_normal((4, 3000, 2)).view(np.complex128)[..., 0]
    write_ismrmrd(
        tmp_path / "scan.h5", [300 * KSPACE + 1e-3], header(COLUMNS, ROWS, (ROWS, COLUMNS)), None, 3 * mixing @ white
    )
    piece = acquire_mri(tmp_path / "scan.h5", MRISettings()).pieces[0]()
    assert piece.estimated_level() == 1.0
    noise = torch.from_numpy((3 * mixing @ white).astype(np.complex64))
    matrix = coils.prewhitening(noise)
    covariance = (matrix @ noise) @ (matrix @ noise).mH / 3000
    torch.testing.assert_close(covariance.real, 2 * torch.eye(4), atol=0.15, rtol=0)
    torch.testing.assert_close(
        piece.y, coils.mix_coils(matrix, torch.from_numpy(300 * KSPACE[None] + 1e-3)), rtol=1e-3, atol=1e-2
    )


def test_fastmri_has_its_readout_along_the_rows_and_the_size_of_its_header(tmp_path: Path) -> None:
    tall = np.ascontiguousarray(wide().transpose(0, 2, 1))[None]  # (1, coils, 2 COLUMNS, ROWS)
    path = tmp_path / "file.h5"
    write_fastmri(path, tall, header(2 * COLUMNS, ROWS, (ROWS - 4, COLUMNS)))
    found = reconstruct("mri", path)
    assert found.image.shape == (COLUMNS, ROWS - 4)
    assert found.grid.sizes == (5.0, 2.0, 2.0)
    middle = IMAGE[2:-2].T
    error = np.abs(found.image - middle.abs().numpy())[middle.abs().numpy() > 0.5]
    assert error.mean() < 0.02
    mask = np.zeros(ROWS, np.float32)
    mask[::2] = 1
    mask[ROWS // 2 - 6 : ROWS // 2 + 6] = 1
    path.unlink()
    write_fastmri(path, tall * mask, header(2 * COLUMNS, ROWS, (ROWS, COLUMNS)), mask)
    read = fastmri_kspace(path, stored_arrays(path), None)
    assert np.array_equal(read.mask[0], np.broadcast_to(mask > 0, (2 * COLUMNS, ROWS)))
    with h5py.File(path, "a") as file:
        single = file["kspace"][:, 0]
        del file["kspace"]
        file["kspace"] = single
    assert fastmri_kspace(path, stored_arrays(path), None).values.shape == (1, 1, 2 * COLUMNS, ROWS)


def test_masks_maps_and_coils_are_as_given(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", KSPACE)
    mask = np.arange(COLUMNS) % 2 == 0
    np.save(tmp_path / "mask.npy", mask)
    np.save(tmp_path / "maps.npy", MAPS.numpy())
    settings = MRISettings(
        mask=tmp_path / "mask.npy", maps=tmp_path / "maps.npy", weight=1e-6, method="cg-sense", complex=True
    )
    found = reconstruct("mri", tmp_path / "a.npy", settings)
    np.testing.assert_allclose(found.image, IMAGE.numpy(), atol=1e-3)
    np.save(tmp_path / "holes.npy", np.where(mask, KSPACE, np.nan))
    np.testing.assert_array_equal(reconstruct("mri", tmp_path / "holes.npy", settings).image, found.image)
    np.save(tmp_path / "holes.npy", np.where(mask, np.nan, KSPACE))
    with pytest.raises(ImageFileError, match="must hold finite numbers"):
        reconstruct("mri", tmp_path / "holes.npy", settings)
    with pytest.raises(ArgumentError, match="`maps` must be given"):
        reconstruct("mri", tmp_path / "a.npy", MRISettings(mask=tmp_path / "mask.npy"))
    fewer = acquire_mri(tmp_path / "a.npy", MRISettings(coils=2)).pieces[0]()
    assert fewer.y.shape[1] == 2
    with pytest.raises(ArgumentError, match="`coils` must be between"):
        acquire_mri(tmp_path / "a.npy", MRISettings(coils=5)).pieces[0]()
    np.save(tmp_path / "maps.npy", MAPS.numpy()[:, :2])
    with pytest.raises(ImageFileError, match="`maps` must be of"):
        reconstruct("mri", tmp_path / "a.npy", settings)
    with pytest.raises(ImageFileError, match="`mask` must be"):
        as_pattern(np.ones(3), (ROWS, COLUMNS), Path("mask.npy"))
    np.save(tmp_path / "one.npy", KSPACE[0])
    one = reconstruct("mri", tmp_path / "one.npy", MRISettings(complex=True))
    np.testing.assert_allclose(one.image, (MAPS[0, 0] * IMAGE).numpy(), atol=1e-5)
    assert isinstance(array_kspace(tmp_path / "one.npy", stored_arrays(tmp_path / "one.npy"), None, None), KSpace)


@pytest.mark.parametrize("shape", [(40, 36), (41, 35)])
def test_the_centre_is_the_largest_block_around_the_zero_frequency(shape: tuple[int, int]) -> None:
    mask = np.zeros(shape, bool)
    assert calibration_size(mask) == (0, 0)
    c = shape[1] // 2
    mask[:, c - 5 : c + 6] = True
    assert calibration_size(mask) == (24, 11)
    assert calibration_size(np.ones((9, 8, 7), bool)) == (9, 8, 7)
    y = torch.from_numpy(KSPACE[None, :1])
    assert bool((estimated_maps(y, mask) == 1).all())


def test_noise_is_estimated_from_the_outer_part_of_k_space() -> None:
    rng = torch.Generator().manual_seed(0)
    y = 0.3 * torch.complex(*torch.randn(2, 1, 4, 64, 60, generator=rng))
    y[:, :, 30:34, 28:32] += 100
    mask = torch.zeros(1, 1, 64, 60)
    mask[..., ::2] = 1
    assert outer_noise(y, mask) == pytest.approx(0.3, rel=0.03)
    assert outer_noise(torch.zeros_like(y), mask) > 0
    physics = MultiCoilMRI(torch.ones(ROWS, COLUMNS), MAPS)
    piece = CoilsPiece(torch.from_numpy(KSPACE[None]), physics, 0.0, (3, 4), is_complex=True)
    x = torch.arange(40.0 * 36).reshape(1, 1, 40, 36).to(torch.complex64)
    assert torch.equal(piece.finish(x), x[:, :, 19:22, 16:20])


def test_wrong_headers_and_trajectories_are_told(tmp_path: Path) -> None:
    good = header(COLUMNS, ROWS, (ROWS, COLUMNS))
    assert read_mrd_header(good, "a").encoded == (COLUMNS, ROWS, 1)
    for text in ("", "<a/>", good.replace("<x>36</x>", "<x>many</x>"), good.replace("<x>36</x>", "<x>0</x>")):
        with pytest.raises(ImageFileError, match="header"):
            read_mrd_header(text, "a")
    path = tmp_path / "scan.h5"
    write_ismrmrd(path, [KSPACE], header(COLUMNS, ROWS, (ROWS, COLUMNS), trajectory="spiral"))
    assert ismrmrd_group(path) == "dataset"
    for read in (read_ismrmrd, read_shots):
        with pytest.raises(ImageFileError, match="spiral"):
            read(path, "dataset", None)
    path.unlink()
    write_ismrmrd(path, [KSPACE], header(COLUMNS, ROWS - 10, (ROWS - 10, COLUMNS)))
    with pytest.raises(ImageFileError, match="inside the encoded space"):
        read_ismrmrd(path, "dataset", None)
    path.unlink()
    write_ismrmrd(path, [np.full_like(KSPACE, np.nan)], good)
    with pytest.raises(ImageFileError, match="finite"):
        read_ismrmrd(path, "dataset", None)
    np.save(tmp_path / "a.npy", np.zeros_like(KSPACE))
    with pytest.raises(ImageFileError, match="all are zero"):
        acquire_mri(tmp_path / "a.npy", MRISettings())
    assert ismrmrd_group(fastmri_file(tmp_path)) is None


def fastmri_file(folder: Path) -> Path:
    write_fastmri(folder / "file.h5", KSPACE[None], "")
    return folder / "file.h5"


def test_a_place_without_directions_is_none() -> None:
    found = patient_grid(read_mrd_header(header(COLUMNS, ROWS, (ROWS, COLUMNS)), "a"), HEADS)
    assert (found.affine, found.sizes) == (None, (5.0, 2.0, 2.0))


def test_partial_readouts_keep_their_oversampling_until_the_end() -> None:
    head = read_mrd_header(header(2 * COLUMNS, ROWS, (ROWS, COLUMNS)), "a")
    values = wide()[None, :, None]
    mask = np.ones((1, 1, ROWS, 2 * COLUMNS), bool)
    mask[..., :10] = False
    grid = patient_grid(head, HEADS)
    found = without_oversampling(values * mask[:, None], mask, head, grid, None, (), full=False)
    assert (found.encoded, found.crop) == ((ROWS, 2 * COLUMNS), (ROWS, COLUMNS))
    whole = without_oversampling(values, np.ones_like(mask), head, grid, None, (), full=False)
    np.testing.assert_allclose(whole.values[0], KSPACE, atol=1e-4)


@pytest.mark.parametrize("name", ["k.ome.zarr", "k.nii", "k.npy", "k.h5", "k.mrc", "k.zarr"])
def test_coils_are_where_the_file_says(tmp_path: Path, name: str) -> None:
    rng = np.random.default_rng(0)
    values = (rng.random((3, 2, 6, 8)) + 1j * rng.random((3, 2, 6, 8))).astype(np.complex64)
    write(tmp_path / name, values, "ZCYX")
    found = array_kspace(tmp_path / name, stored_arrays(tmp_path / name), None, None)
    assert np.array_equal(found.values, values)
