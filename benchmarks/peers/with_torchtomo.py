"""``PYTHON with_torchtomo.py FOLDER VIEWS``: times of torchtomo on ``FOLDER/image.npy``, as one line of JSON.

Its sinogram goes to ``FOLDER/torchtomo.npy``, (view, bin) in pixels.
"""

import json
import sys
from pathlib import Path

import numpy as np
import torch
import torchtomo
from _timing import seconds


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
    np.save(folder / "torchtomo.npy", sinogram[0, 0].numpy() * size / 2)  # its images are two units wide
    print(json.dumps(times))


if __name__ == "__main__":
    main()
