"""``PYTHON with_astra.py FOLDER VIEWS``: times of the ASTRA toolbox on a CPU, as ``with_torchtomo.py`` prints them.

Its sinogram goes to ``FOLDER/astra.npy``, (view, bin).
"""

import json
import sys
from pathlib import Path

import astra
import numpy as np
from _timing import seconds


def main() -> None:
    """Measure both ways and filtered back-projection, with pixels and bins of their full width ('strip')."""
    folder = Path(sys.argv[1])
    image = np.load(folder / "image.npy")[0, 0]
    size, views = len(image), int(sys.argv[2])
    pictures = astra.create_vol_geom(size, size)
    scans = astra.create_proj_geom("parallel", 1.0, size, np.arange(views) * np.pi / views)
    projector = astra.create_projector("strip", scans, pictures)

    def forward() -> np.ndarray:
        key, sinogram = astra.create_sino(image, projector)
        astra.data2d.delete(key)
        return sinogram

    def adjoint() -> None:
        key, _ = astra.create_backprojection(sinogram, projector)
        astra.data2d.delete(key)

    def fbp() -> None:
        keys = astra.data2d.create("-sino", scans, sinogram), astra.data2d.create("-vol", pictures)
        settings = astra.astra_dict("FBP")
        settings.update(ProjectorId=projector, ProjectionDataId=keys[0], ReconstructionDataId=keys[1])
        algorithm = astra.algorithm.create(settings)
        astra.algorithm.run(algorithm)
        astra.algorithm.delete(algorithm)
        astra.data2d.delete(list(keys))

    sinogram = forward()
    times = {"forward": seconds(forward, 3), "adjoint": seconds(adjoint, 3), "fbp": seconds(fbp, 3)}
    np.save(folder / "astra.npy", sinogram)
    print(json.dumps(times))


if __name__ == "__main__":
    main()
