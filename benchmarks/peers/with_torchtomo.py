"""``PYTHON with_torchtomo.py FOLDER VIEWS``: times of torchtomo on ``FOLDER/image.npy``, as one line of JSON.

Its sinogram goes to ``FOLDER/torchtomo.npy``.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
import torchtomo

REPEATS = 5


def seconds(function: Callable[[], object]) -> float:
    """The least processor time of a few calls, after one that does not count."""
    function()
    found = []
    for _ in range(REPEATS):
        start = time.process_time()
        function()
        found.append(time.process_time() - start)
    return min(found)


def main() -> None:
    """Measure both ways, filtered back-projection and a batch of eight."""
    torch.set_num_threads(1)
    folder = Path(sys.argv[1])
    image = torch.from_numpy(np.load(folder / "image.npy"))
    size, views = image.shape[-1], int(sys.argv[2])
    projector = torchtomo.ParallelBeam(img_size=size, n_angles=views)
    batch = image.expand(8, -1, -1, -1).contiguous()
    with torch.no_grad():
        sinogram = projector(image)
        times = {
            "forward": seconds(lambda: projector(image)),
            "adjoint": seconds(lambda: projector.adjoint(sinogram)),
            "fbp": seconds(lambda: projector.fbp(sinogram)),
            "batch of 8": seconds(lambda: projector(batch)),
        }
    np.save(folder / "torchtomo.npy", sinogram.numpy() * size / 2)  # its images are two units wide
    print(json.dumps(times))


if __name__ == "__main__":
    main()
