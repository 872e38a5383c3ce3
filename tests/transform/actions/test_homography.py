import math

import pytest
import torch
from torch import Tensor

from preimage.errors import ArgumentError
from preimage.transform import Affine, Euclidean, Homography, PanTiltRotate, Resampling, Similarity
from tests.example import Example

KINDS = [Homography, Affine, Similarity, Euclidean, PanTiltRotate]
SHAPES = {Affine: (2, 1, 3, 5, 6), Similarity: (3, 2, 6, 5)}

EXAMPLES = {kind: [Example(kind, SHAPES.get(kind, (3, 1, 6, 6)), complex=kind is Euclidean)] for kind in KINDS}


def smooth(height: int, width: int) -> Tensor:
    """Two smooth blobs off the centre, (2, 1, H, W)."""
    rows, columns = torch.meshgrid(
        torch.linspace(-1, 1, height, dtype=torch.float64),
        torch.linspace(-1, 1, width, dtype=torch.float64),
        indexing="ij",
    )
    blobs = [torch.exp(-((rows - a) ** 2 + (columns - b) ** 2) / 0.1) for a, b in ((0.2, -0.1), (-0.1, 0.25))]
    return torch.stack(blobs)[:, None]


def blocks(kind: type, n: int = 200) -> Tensor:
    """Matrices that are drawn, scaled to a last entry of one."""
    transform = kind()
    matrices = transform.matrix(transform.draw(n, torch.Generator().manual_seed(0)))
    return matrices / matrices[:, 2:, 2:]


def test_the_subgroups_are_what_their_names_say() -> None:
    """Checked by what they leave as it is: distances, angles, parallels, lines of sight."""
    eye = torch.eye(2, dtype=torch.float64)
    for kind in (Affine, Similarity, Euclidean):
        torch.testing.assert_close(blocks(kind)[:, 2, :2], torch.zeros(200, 2, dtype=torch.float64))
    linear = blocks(Euclidean)[:, :2, :2]
    torch.testing.assert_close(linear @ linear.mT, eye.expand(200, 2, 2))
    assert bool((torch.linalg.det(linear) > 0).all())
    linear = blocks(Similarity)[:, :2, :2]
    zoom = torch.linalg.det(linear).sqrt()
    torch.testing.assert_close(linear @ linear.mT, zoom.square()[:, None, None] * eye)
    assert 0.66 < float(zoom.min()) < 0.7 < 1.4 < float(zoom.max()) < 1.5001
    ratios = torch.linalg.svdvals(blocks(Affine)[:, :2, :2])
    assert 1.4 < float((ratios[:, 0] / ratios[:, 1]).max()) <= 1.44001  # one axis by 1.2, the other by its inverse
    camera = torch.diag(torch.tensor([2.0, 2.0, 1.0], dtype=torch.float64))
    matrices = PanTiltRotate().matrix(PanTiltRotate().draw(50, torch.Generator().manual_seed(0)))
    turned = torch.linalg.inv(camera) @ matrices @ camera
    torch.testing.assert_close(turned @ turned.mT, torch.eye(3, dtype=torch.float64).expand(50, 3, 3))
    assert float(blocks(Homography)[:, 2, :2].abs().max()) > 0.05


def test_quarter_turns_are_those_of_pixels(rng: torch.Generator) -> None:
    """A turn of ``u`` with the row axis pointing down: from right to down, which is clockwise as viewed."""
    x = torch.rand(2, 2, 5, 5, generator=rng, dtype=torch.float64)
    params = torch.zeros(2, 8, dtype=torch.float64)
    params[:, 2] = torch.tensor([math.pi / 2, math.pi], dtype=torch.float64)
    found = Euclidean().transform(x, params)
    wanted = torch.stack([torch.rot90(x[0], -1, (-2, -1)), torch.rot90(x[1], 2, (-2, -1))])
    torch.testing.assert_close(found, wanted)


def test_shifts_are_parts_of_the_longer_side(rng: torch.Generator) -> None:
    x = torch.rand(1, 1, 4, 8, generator=rng, dtype=torch.float64)
    params = torch.zeros(1, 8, dtype=torch.float64)
    params[0, 4:6] = torch.tensor([2 * 0.25, -2 * 0.125])
    found = Euclidean(resampling=Resampling(padding="zero")).transform(x, params)
    wanted = torch.zeros_like(x)
    wanted[..., :3, 2:] = x[..., 1:, :6]
    torch.testing.assert_close(found, wanted)


def test_zoom_is_about_the_centre() -> None:
    x = torch.arange(9.0, dtype=torch.float64).expand(1, 1, 9, 9)
    params = torch.zeros(1, 8, dtype=torch.float64)
    params[:, 3] = math.log(2)
    torch.testing.assert_close(Similarity().transform(x, params), 4 + (x - 4) / 2)


def test_a_tilted_line_stays_a_line_and_far_sides_shrink() -> None:
    """``u = K R K^-1 (0, v)`` by hand, for a pan of 0.3 radians and focal length 2."""
    x, params = smooth(33, 33)[:1], torch.zeros(1, 8, dtype=torch.float64)
    params[0, 0] = 0.3
    matrix = PanTiltRotate().matrix(params)[0]
    point = matrix @ torch.tensor([0.5, 0.25, 1.0], dtype=torch.float64)
    ray = (math.cos(0.3) * 0.25 + math.sin(0.3), 0.125, math.cos(0.3) - math.sin(0.3) * 0.25)
    torch.testing.assert_close(
        (point / point[2])[:2], torch.tensor([2 * ray[0] / ray[2], 2 * ray[1] / ray[2]]).double()
    )
    assert torch.isfinite(PanTiltRotate().transform(x, params)).all()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("shape", [(65, 65), (64, 81)])
def test_the_inverse_gives_smooth_images_back(kind: type, shape: tuple[int, int]) -> None:
    x = smooth(*shape)
    transform = kind(resampling=Resampling("bicubic", "zero"))
    params = transform.draw(2, torch.Generator().manual_seed(1))
    moved = transform.transform(x, params)
    back = transform.inverse(moved, params)
    assert float((moved - x).norm() / x.norm()) > 0.2
    assert float((back - x).norm() / x.norm()) < 0.02


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (lambda: Homography(tilt=50), "tilt"),
        (lambda: Affine(stretch=0.9), "stretch"),
        (lambda: Similarity(zoom=0.5), "zoom"),
        (lambda: Euclidean(shift=-0.1), "shift"),
        (lambda: PanTiltRotate(rotation=200), "rotation"),
    ],
)
def test_limits_out_of_range_are_refused(make: type, name: str) -> None:
    with pytest.raises(ArgumentError, match=f"`{name}` must be"):
        make()
