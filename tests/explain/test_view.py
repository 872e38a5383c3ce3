import torch

from preimage.explain.scene import Scene
from preimage.explain.view import View
from tests.explain.parts import coded


def test_the_part_is_cut_out_and_the_picture_made_small() -> None:
    pixels = torch.arange(960.0 * 20).reshape(1, 960, 20)
    view = View.of(Scene(pixels, 0.1), coded(), (4, 6))
    assert (view.at, view.size, view.corner) == ((4, 6), (960, 20), (4, 5))
    assert torch.equal(view.measured, pixels[:, 4:6, 5:8])
    assert view.restored.unique().tolist() == [torch.tensor(0.7).item()]
    assert view.overview.shape == (1, 480, 10)
    torch.testing.assert_close(view.overview[0, 0, 0], pixels[0, :2, :2].mean())
    small = torch.rand(1, 12, 20)
    assert View.of(Scene(small, 0.1), coded(), (4, 6)).overview is small
