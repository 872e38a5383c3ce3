"""``PYTHON with_radon.py FOLDER VIEWS``: times of scikit-image, as ``with_torchtomo.py`` prints them.

Its sinogram goes to ``FOLDER/radon.npy``, (view, bin).
"""

import json
import sys
from pathlib import Path

import numpy as np
from _timing import seconds
from skimage.transform import iradon, radon


def main() -> None:
    """Measure the projection and filtered back-projection."""
    folder = Path(sys.argv[1])
    image = np.load(folder / "image.npy")[0, 0].astype(np.float64)
    angles = np.arange(int(sys.argv[2])) * 180 / int(sys.argv[2])
    sinogram = radon(image, angles)
    times = {
        "forward": seconds(lambda: radon(image, angles), 2),
        "fbp": seconds(lambda: iradon(sinogram, angles), 2),
    }
    np.save(folder / "radon.npy", sinogram.T)
    print(json.dumps(times))


if __name__ == "__main__":
    main()
