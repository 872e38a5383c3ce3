"""``PYTHON with_rtk.py SIZE VIEWS BINS``: times of itk-rtk's projectors of a cone on one thread, as one line of JSON.

The scan is that of ``medical.py --cone``; the mean of the reconstructed ball is printed with the times.
"""

import json
import sys
import time
from typing import Any

import itk
import numpy as np
from itk import RTK

IMAGE = itk.Image[itk.F, 3]


def image_of(array: np.ndarray, spacing: float) -> Any:
    """An image of ITK whose middle is the origin; ``spacing`` is that of its rows and columns."""
    image = itk.image_from_array(array.astype(np.float32))
    image.SetSpacing([spacing] * 3)
    image.SetOrigin([-(n - 1) / 2 * spacing for n in array.shape[::-1]])
    return image


def run(kind: Any, first: Any, second: Any, geometry: Any) -> tuple[Any, float]:
    """The output of a filter, and the processor time of its only run."""
    filtering = kind.New()
    filtering.SetInput(0, first)
    filtering.SetInput(1, second)
    filtering.SetGeometry(geometry)
    start = time.process_time()
    filtering.Update()
    output = filtering.GetOutput()
    output.DisconnectPipeline()
    return output, time.process_time() - start


def main() -> None:
    """Measure Joseph's projector, its adjoint, the voxel-driven back-projection and FDK."""
    itk.MultiThreaderBase.SetGlobalDefaultNumberOfThreads(1)
    itk.MultiThreaderBase.SetGlobalMaximumNumberOfThreads(1)
    size, views, bins = map(int, sys.argv[1:])
    geometry = RTK.ThreeDCircularProjectionGeometry.New()
    for view in range(views):
        geometry.AddProjection(4.0 * size, 6.0 * size, view * 360.0 / views)
    z, y, x = np.mgrid[:size, :size, :size] - (size - 1) / 2
    square = (x - 0.1 * size) ** 2 + (y + 0.05 * size) ** 2 + z**2
    ball, empty = image_of(square <= (0.3 * size) ** 2, 1.0), np.zeros((size, size, size))
    screen = image_of(np.zeros((views, bins, bins)), 2.25 * size / bins)
    projections, forward = run(RTK.JosephForwardProjectionImageFilter[IMAGE, IMAGE], screen, ball, geometry)
    times = {"forward": forward}
    for name, kind in (
        ("adjoint", RTK.JosephBackProjectionImageFilter[IMAGE, IMAGE]),
        ("voxel-driven", RTK.BackProjectionImageFilter[IMAGE, IMAGE]),
        ("fbp", RTK.FDKConeBeamReconstructionFilter[IMAGE]),
    ):
        found, times[name] = run(kind, image_of(empty, 1.0), projections, geometry)
    times["mean"] = float(itk.array_from_image(found)[square <= (0.2 * size) ** 2].mean())
    print(json.dumps(times))


if __name__ == "__main__":
    main()
