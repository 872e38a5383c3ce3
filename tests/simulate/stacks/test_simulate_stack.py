"""Stacks measured from file to file: every plane or volume by one operator, in the units of their values."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from preimage.errors import ArgumentError, ImageFileError
from preimage.files import NamedArray, open_lazily, read, write
from preimage.files.stacks.layout import layout_of
from preimage.physics import MRI, Blur, Denoising, Inpainting, NoNoise
from preimage.restore import read_kernel
from preimage.simulate import PhysicsDescription, SimulationRecord, simulate_again, simulate_stack, simulate_stack_again
from preimage.simulate.stacks.operator import StackOperator, fit_stack
from preimage.simulate.stacks.spans import as_values, find_spans, recorded_spans
from preimage.simulate.table import find_physics

COVERS = [
    "preimage.simulate.stacks.operator",
    "preimage.simulate.stacks.simulate_stack",
    "preimage.simulate.stacks.spans",
]

BLUR = {"kernel": "gaussian:1.2"}
AFFINE = ((-0.5, 0.0, 0.0, 3.0), (0.0, 0.6, 0.0, 4.0), (0.0, 0.0, 2.0, 5.0), (0.0, 0.0, 0.0, 1.0))


def waves(shape: tuple[int, ...]) -> np.ndarray:
    """Smooth values in [0, 1], another phase in each plane."""
    y, x = np.mgrid[: shape[-2], : shape[-1]]
    phase = np.random.default_rng(0).random(shape[:-2])[..., None, None]
    return 0.5 + 0.5 * np.sin(x / 3 + 6 * phase) * np.cos(y / 4)


@pytest.fixture
def head(tmp_path: Path) -> tuple[Path, np.ndarray]:
    """A volume in Hounsfield units, -1000 to 1000."""
    values = np.rint(2000 * waves((4, 24, 20)) - 1000).astype(np.int16)
    layout = layout_of(
        values.shape, "int16", "ZYX", {"Z": 2.0, "Y": 0.6, "X": 0.5}, dict.fromkeys("ZYX", "mm"), affine=AFFINE
    )
    write(tmp_path / "v.nii", NamedArray(values, layout))
    return tmp_path / "v.nii", values


@pytest.fixture
def cells(tmp_path: Path) -> tuple[Path, np.ndarray]:
    """A film of volumes of two channels, of which the second is ten times as bright."""
    values = (waves((2, 5, 2, 12, 14)) * np.array([100, 1000])[:, None, None] + 50).astype(np.uint16)
    write(tmp_path / "c.ome.tif", values, "TZCYX", {"Z": 0.3, "Y": 0.1, "X": 0.1}, dict.fromkeys("ZYX", "um"))
    return tmp_path / "c.ome.tif", values


def test_every_plane_is_measured_in_its_own_units(head: tuple[Path, np.ndarray], tmp_path: Path) -> None:
    path, values = head
    calls: list[tuple[int, int]] = []
    record = simulate_stack(
        path,
        tmp_path / "y.nii",
        PhysicsDescription("blur", settings=BLUR),
        progress=lambda done, total: calls.append((done, total)),
    )
    found = read(tmp_path / "y.nii")
    # A blur that goes on by reflection keeps constants: it is the same in any units.
    planes = torch.from_numpy(values.astype(np.float64))[:, None]
    blurred = Blur(read_kernel("gaussian:1.2").double(), "reflect").A(planes)[:, 0].numpy()
    assert np.abs(found.values - blurred).max() < 2e-3
    assert found.values.dtype == np.float32
    assert (found.axes, found.spacing, found.units) == ("ZYX", pytest.approx((2.0, 0.6, 0.5)), ("mm",) * 3)
    assert found.layout.affine is not None
    assert np.allclose(found.layout.affine, AFFINE)
    assert calls == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert SimulationRecord.read(tmp_path / "y.json") == record
    ((low, high),) = record.stack["spans"]
    assert low == pytest.approx(-1000, abs=20)
    assert high == pytest.approx(1000, abs=20)


def test_every_plane_has_noise_of_its_own_in_parts_of_the_span(cells: tuple[Path, np.ndarray], tmp_path: Path) -> None:
    path, values = cells
    record = simulate_stack(path, tmp_path / "y.h5", PhysicsDescription("denoising", "poisson:0.02", seed=5))
    noise = read(tmp_path / "y.h5").values - values
    for channel, (low, high) in enumerate(record.stack["spans"]):
        light = values[:, :, channel].astype(float) - low
        ratio = noise[:, :, channel] ** 2 / (0.02 * (high - low) * np.maximum(light, 0.02 * (high - low)))
        assert ratio.mean() == pytest.approx(1, abs=0.15)
    flat = noise.reshape(20, -1)
    alike = np.corrcoef(flat) - np.eye(20)
    assert np.abs(alike).max() < 0.45  # 168 values each
    assert abs(alike.sum() / 380) < 0.03


def test_a_record_repeats_it_to_the_bit(cells: tuple[Path, np.ndarray], tmp_path: Path) -> None:
    path, _ = cells
    settings = {"mask": "random:0.4"}
    record = simulate_stack(
        path, tmp_path / "y.h5", PhysicsDescription("inpainting", "gaussian:0.1", settings, 7), axes="TZCYX"
    )
    again = simulate_stack_again(record, tmp_path / "z.h5")
    first = read(tmp_path / "y.h5").values
    assert np.array_equal(first, read(tmp_path / "z.h5").values)
    assert replace(again, output=record.output) == record
    simulate_stack(path, tmp_path / "w.h5", PhysicsDescription("inpainting", "gaussian:0.1", settings, 8))
    assert not np.array_equal(first, read(tmp_path / "w.h5").values)
    older = replace(record, versions={**record.versions, "torch": "1.0"})
    assert simulate_stack_again(older, tmp_path / "o.h5").notes[-1].startswith("bits may differ: torch 1.0 then")
    with pytest.raises(ArgumentError, match="simulate_stack_again takes it"):
        simulate_again(record)
    with pytest.raises(ImageFileError, match="whole record of a measured stack"):
        simulate_stack_again(replace(record, stack={}), tmp_path / "q.h5")
    write(path, np.zeros((2, 5, 2, 12, 14), np.uint16), "TZCYX", overwrite=True)
    with pytest.raises(ArgumentError, match="whose bytes differ"):
        simulate_stack_again(record, tmp_path / "q.h5")
    assert not (tmp_path / "q.h5").exists()


@pytest.mark.parametrize("padding", ["reflect", "valid"])
def test_a_kernel_of_planes_blurs_volumes(cells: tuple[Path, np.ndarray], tmp_path: Path, padding: str) -> None:
    path, values = cells
    kernel = np.random.default_rng(1).random((3, 3, 5)).astype(np.float32)
    kernel[1, 1, 2] = 2
    write(tmp_path / "psf.tif", kernel, "ZYX")
    simulate_stack(
        path,
        tmp_path / "y.ome.tif",
        PhysicsDescription("blur", settings={"kernel": str(tmp_path / "psf.tif"), "padding": padding}),
    )
    found = read(tmp_path / "y.ome.tif")
    volumes = torch.from_numpy(values.transpose(0, 2, 1, 3, 4).reshape(4, 1, 5, 12, 14).astype(np.float64))
    blur = Blur(torch.from_numpy(kernel / kernel.sum()).double()[None, None], padding)  # type: ignore[arg-type]
    blurred = blur.A(volumes).numpy()
    blurred = blurred.reshape(2, 2, *blurred.shape[2:]).transpose(0, 2, 1, 3, 4)
    assert found.values.shape == blurred.shape
    assert np.abs(found.values - blurred).max() < 1e-2
    assert found.spacing[1] == pytest.approx(0.3)


def test_a_microscope_may_be_described(cells: tuple[Path, np.ndarray], tmp_path: Path) -> None:
    path, values = cells
    record = simulate_stack(
        path, tmp_path / "y.tif", PhysicsDescription("blur", settings={"kernel": "na=1.3,ri=1.5,wavelength=520nm"})
    )
    found = read(tmp_path / "y.tif").values
    assert found.shape == values.shape
    assert found.std() < values.std()
    assert record.settings["kernel"] == "na=1.3,ri=1.5,wavelength=520nm"
    write(tmp_path / "p.npy", values[0, :, 0], "ZYX")
    with pytest.raises(ArgumentError, match="`kernel` must have pixel"):
        simulate_stack(
            tmp_path / "p.npy",
            tmp_path / "q.npy",
            PhysicsDescription("blur", settings={"kernel": "na=1.3,ri=1.5,wavelength=520nm"}),
        )


def test_a_smaller_plane_has_larger_pixels(head: tuple[Path, np.ndarray], tmp_path: Path) -> None:
    path, _ = head
    record = simulate_stack(path, tmp_path / "y.nii", PhysicsDescription("downsampling", settings={"factor": 3}))
    found = read(tmp_path / "y.nii")
    assert found.values.shape == (4, 8, 6)
    assert found.spacing == pytest.approx((2.0, 1.8, 1.5))
    assert "their place in the scanner is not written" in record.notes[-1]


def test_numbers_of_another_kind_are_in_proportion_to_the_values(head: tuple[Path, np.ndarray], tmp_path: Path) -> None:
    path, values = head
    record = simulate_stack(path, tmp_path / "k.npy", PhysicsDescription("mri", settings={"acceleration": 1.0}))
    found = read(tmp_path / "k.npy")
    wanted = MRI(torch.ones(24, 20)).A(torch.from_numpy(values.astype(np.complex64))[:, None])[:, 0]
    assert np.abs(found.values - wanted.numpy()).max() < 1e-6 * np.abs(wanted.numpy()).max()
    assert record.stack["spans"][0][0] == 0
    one = simulate_stack(path, tmp_path / "s.h5", PhysicsDescription("tomography", settings={"views": 6}))
    double = tmp_path / "double.nii"
    write(double, 2 * values.astype(np.int32), "ZYX")
    two = simulate_stack(double, tmp_path / "t.h5", PhysicsDescription("tomography", settings={"views": 6}))
    assert one.shape == two.shape == (4, 6, 32)
    assert np.allclose(2 * read(tmp_path / "s.h5").values, read(tmp_path / "t.h5").values, rtol=1e-6)
    assert read(tmp_path / "s.h5").spacing[1:] == (None, None)


def test_what_is_not_for_stacks_is_told(head: tuple[Path, np.ndarray], tmp_path: Path) -> None:
    path, values = head
    with pytest.raises(ArgumentError, match="must take stacks, got jpeg"):
        simulate_stack(path, tmp_path / "y.nii", PhysicsDescription("jpeg"))
    with pytest.raises(ArgumentError, match="`kernel`"):
        simulate_stack(path, tmp_path / "y.nii", PhysicsDescription("blur", settings={"kernel": "disk:999"}))
    spoilt = values.astype(np.float32)
    spoilt[1, 2, 3] = np.nan
    np.save(tmp_path / "n.npy", spoilt)
    with pytest.raises(ArgumentError, match=r"NaN or infinity in plane \(1,\)"):
        simulate_stack(tmp_path / "n.npy", tmp_path / "y.npy", PhysicsDescription("denoising"))
    write(tmp_path / "colour.tif", np.zeros((2, 8, 9, 3), np.uint8), "ZYXS")
    with pytest.raises(ArgumentError, match="must be grey for pet, got 3 samples"):
        simulate_stack(tmp_path / "colour.tif", tmp_path / "y.npy", PhysicsDescription("pet"))
    np.save(tmp_path / "i.npy", values + 1j)
    with pytest.raises(ArgumentError, match="real numbers in rows and columns"):
        simulate_stack(tmp_path / "i.npy", tmp_path / "y.npy", PhysicsDescription("denoising"))
    write(tmp_path / "deep.tif", np.ones((9, 3, 3), np.float32), "ZYX")
    with pytest.raises(ArgumentError, match="must be smaller than the volume"):
        simulate_stack(
            path,
            tmp_path / "y.nii",
            PhysicsDescription("blur", settings={"kernel": str(tmp_path / "deep.tif"), "padding": "valid"}),
        )
    assert not any(tmp_path.glob("y*"))


def test_colours_and_single_planes_are_stacks_too(tmp_path: Path) -> None:
    values = np.random.default_rng(0).integers(0, 255, (2, 9, 8, 3)).astype(np.uint8)
    write(tmp_path / "colour.tif", values, "ZYXS")
    simulate_stack(tmp_path / "colour.tif", tmp_path / "y.tif", PhysicsDescription("denoising"))
    assert np.abs(read(tmp_path / "y.tif").values - values).max() < 1e-4
    np.save(tmp_path / "one.npy", values[0, ..., 0])
    simulate_stack(tmp_path / "one.npy", tmp_path / "z.npy", PhysicsDescription("denoising"))
    assert np.abs(np.load(tmp_path / "z.npy") - values[0, ..., 0]).max() < 1e-4


def test_parts(head: tuple[Path, np.ndarray]) -> None:
    array = open_lazily(head[0])
    operator = fit_stack(find_physics("inpainting"), {"mask": "random:0.5"}, array.layout, NoNoise(), 3)
    assert isinstance(operator.physics, Inpainting)
    assert (operator.shape, operator.measured, operator.takes_volumes) == ((24, 20), (24, 20), False)
    (span,) = find_spans(array, "zero")
    assert span.low == 0
    assert span.high == pytest.approx(1000, abs=20)
    assert recorded_spans({"spans": [[1, 3]]})[0].width == 2
    assert (
        as_values(torch.full((1, 2, 2), 0.5), recorded_spans({"spans": [[1, 3]]})[0], (2, 2)).tolist() == [[2, 2]] * 2
    )
    cut = StackOperator(Denoising(), (2, 3), (2, 3))(torch.arange(20.0).reshape(1, 4, 5), torch.Generator())
    assert cut.tolist() == [[[0, 1, 2], [5, 6, 7]]]
