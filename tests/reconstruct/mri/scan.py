"""An object with a smooth phase, coils of unit norm, and files of their k-space as ismrmrd and h5py write them."""

from pathlib import Path

import h5py
import ismrmrd
import numpy as np
import torch

from preimage.physics import coils

HEADER = """<?xml version="1.0"?>
<ismrmrdHeader xmlns="http://www.ismrm.org/ISMRMRD">
  <experimentalConditions><H1resonanceFrequency_Hz>63500000</H1resonanceFrequency_Hz></experimentalConditions>
  <encoding>
    <encodedSpace><matrixSize><x>{x}</x><y>{y}</y><z>{z}</z></matrixSize>
      <fieldOfView_mm><x>{fx}</x><y>{fy}</y><z>{fz}</z></fieldOfView_mm></encodedSpace>
    <reconSpace><matrixSize><x>{rx}</x><y>{ry}</y><z>{z}</z></matrixSize>
      <fieldOfView_mm><x>{rfx}</x><y>{rfy}</y><z>{fz}</z></fieldOfView_mm></reconSpace>
    <encodingLimits>
      <kspace_encoding_step_1><minimum>0</minimum><maximum>{last}</maximum><center>{center}</center>
      </kspace_encoding_step_1>
    </encodingLimits>
    <trajectory>{trajectory}</trajectory>
  </encoding>
</ismrmrdHeader>"""


def header(columns: int, rows: int, wanted: tuple[int, int], pixel: float = 2.0, trajectory: str = "cartesian") -> str:
    """For an encoded space of ``columns`` along the readout, of which the ``wanted`` (rows, columns) are the image."""
    return HEADER.format(
        x=columns, y=rows, z=1, fx=columns * pixel, fy=rows * pixel, fz=5.0, rx=wanted[1], ry=wanted[0],
        rfx=wanted[1] * pixel, rfy=wanted[0] * pixel, last=rows - 1, center=rows // 2, trajectory=trajectory,
    )  # fmt: skip


def phantom(rows: int, columns: int) -> torch.Tensor:
    """(rows, columns), complex: an ellipse with a bright spot low on the right."""
    y, x = torch.meshgrid(torch.linspace(-1, 1, rows), torch.linspace(-1, 1, columns), indexing="ij")
    body = ((x / 0.8) ** 2 + (y / 0.9) ** 2 < 1).float() + 1.0 * ((x - 0.4) ** 2 + (y - 0.5) ** 2 < 0.04)
    return body * torch.polar(torch.ones_like(x), 0.7 * x - 0.4 * y)


def sensitivities(count: int, rows: int, columns: int) -> torch.Tensor:
    """(1, count, rows, columns) of unit norm."""
    maps = coils.birdcage((rows, columns), count)
    maps = maps if maps.ndim == 4 else maps[None]
    return maps / maps.abs().square().sum(1, keepdim=True).sqrt()


def kspace(image: torch.Tensor, maps: torch.Tensor) -> np.ndarray:
    """(coils, rows, columns) of ``image``, complex64, by NumPy: test files have it before a loop may be compiled."""
    coil_images = np.fft.ifftshift((maps * image)[0].numpy(), (-2, -1))
    return np.fft.fftshift(np.fft.fft2(coil_images, norm="ortho"), (-2, -1)).astype(np.complex64)


def write_ismrmrd(
    path: Path, slices: list[np.ndarray], text: str, rows: list[int] | None = None, noise: np.ndarray | None = None
) -> None:
    """K-space (coils, rows, columns) of some slices, some of its rows, 4 mm apart, by the library of the format."""
    file = ismrmrd.Dataset(str(path), "dataset", create_if_needed=True)
    file.write_xml_header(text.encode())
    if noise is not None:
        scan = ismrmrd.Acquisition.from_array(noise.astype(np.complex64))
        scan.set_flag(ismrmrd.ACQ_IS_NOISE_MEASUREMENT)
        scan.sample_time_us = 5.0
        file.append_acquisition(scan)
    for number, values in enumerate(slices):
        for row in rows if rows is not None else range(values.shape[1]):
            line = ismrmrd.Acquisition.from_array(np.ascontiguousarray(values[:, row]))
            line.idx.kspace_encode_step_1, line.idx.slice = row, number
            line.center_sample, line.sample_time_us = values.shape[2] // 2, 5.0
            line.position[:] = [10.0, 20.0, 30.0 + 4.0 * number]
            line.read_dir[:], line.phase_dir[:], line.slice_dir[:] = [1, 0, 0], [0, 1, 0], [0, 0, 1]
            file.append_acquisition(line)
    file.close()


def write_fastmri(path: Path, values: np.ndarray, text: str, mask: np.ndarray | None = None) -> None:
    """K-space (slices, coils, rows, columns) in the layout of fastMRI, readout along the rows."""
    with h5py.File(path, "w") as file:
        file["kspace"] = values
        file["ismrmrd_header"] = text
        if mask is not None:
            file["mask"] = mask
