import torch

from preimage.physics import CameraPipeline, Demosaicing, RawCamera
from tests.example import Example, random
from tests.physics.camera.test_camera_pipeline import GAINS, MATRIX

EXAMPLES = {
    RawCamera: [
        Example(lambda: RawCamera(CameraPipeline(GAINS, MATRIX), "GBRG")),
        Example(lambda: RawCamera(CameraPipeline(GAINS[:1], tone="smoothstep")), shape=(2, 3, 4, 3)),
    ]
}


def test_developing_the_light_gives_the_picture_back():
    """In a flat picture every cell of the mosaic holds the whole colour."""
    pipeline = CameraPipeline(GAINS, MATRIX).to(torch.float64)
    colours = torch.tensor([[0.5, 0.4, 0.45], [0.6, 0.65, 0.6]], dtype=torch.float64)[..., None, None]
    raw = RawCamera(pipeline).A(colours.expand(2, 3, 4, 6))
    assert raw.shape == (2, 1, 4, 6)
    light = torch.cat([raw[..., ::2, ::2], raw[..., ::2, 1::2], raw[..., 1::2, 1::2]], 1)
    torch.testing.assert_close(pipeline.A(light), colours.expand(2, 3, 2, 3))


def test_it_is_the_mosaic_of_the_inverse():
    pipeline, x = CameraPipeline(GAINS, tone="smoothstep"), random(2, 3, 5, 7)
    assert torch.equal(RawCamera(pipeline, "BGGR").A(x), Demosaicing("BGGR").A(pipeline.inverse(x)))


def test_nan_stays_in_its_pixel():
    x = torch.full((1, 3, 1, 2), 0.5)
    x[0, 1, 0, 1] = torch.nan
    assert RawCamera(CameraPipeline(GAINS[:1], MATRIX[:1])).A(x).isnan().flatten().tolist() == [False, True]
