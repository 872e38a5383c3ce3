from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from preimage.errors import ArgumentError, PreimageError
from preimage.simulate import sample_picture
from preimage.simulate.builders.pixelwise import build_decolorize, build_demosaicing, build_denoising, build_inpainting

X = sample_picture(40, 50)[None]


def test_a_share_of_the_pixels_is_missing_in_all_channels() -> None:
    made = build_inpainting(X, {"mask": "random:0.3"}, torch.Generator().manual_seed(0))
    seen = made.physics.A(torch.ones_like(X))
    assert abs(float(seen.mean()) - 0.7) < 0.03
    assert torch.equal(seen[:, 0], seen[:, 2])


def test_white_in_a_file_is_missing(tmp_path: Path) -> None:
    mask = np.zeros((40, 50), np.uint8)
    mask[3:5] = 255
    Image.fromarray(mask).save(tmp_path / "m.png")
    made = build_inpainting(X, {"mask": str(tmp_path / "m.png")}, torch.Generator())
    assert torch.equal(made.physics.A(X)[0, 0] == 0, torch.from_numpy(mask > 0) | (X[0, 0] == 0))
    with pytest.raises(PreimageError):
        build_inpainting(X[..., :20], {"mask": str(tmp_path / "m.png")}, torch.Generator())


@pytest.mark.parametrize("spec", ["random:1", "random:a", "random:-1", "random:"])
def test_other_shares_are_refused(spec: str) -> None:
    with pytest.raises(ArgumentError, match="`mask` must be random:SHARE"):
        build_inpainting(X, {"mask": spec}, torch.Generator())


def test_the_others_are_their_operators() -> None:
    rng = torch.Generator()
    assert build_denoising(X, {}, rng).physics.A(X) is X or torch.equal(build_denoising(X, {}, rng).physics.A(X), X)
    assert build_demosaicing(X, {"pattern": "GBRG"}, rng).physics.A(X)[0, 0, 0, 0] == X[0, 1, 0, 0]
    assert build_decolorize(X, {}, rng).physics.A(X).shape == (1, 1, 40, 50)
