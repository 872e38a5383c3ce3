import torch

from preimage.degradations import DegradationPhysics, DrawnBlur, DrawnGaussian, DrawnPipeline, DrawnResize
from tests.example import Example

BLUR = DrawnPipeline((DrawnBlur("gaussian", 5, 1.5, 0.8, 0.3), DrawnResize(0.5, "area")))
EXAMPLES = {DegradationPhysics: [Example(lambda: DegradationPhysics(BLUR), shape=(2, 3, 8, 11))]}


def test_it_is_the_degraded_picture_with_the_same_noise_each_time() -> None:
    x = torch.rand(1, 3, 6, 7)
    drawn = DrawnPipeline((DrawnGaussian(0.1, 3),))
    assert torch.equal(DegradationPhysics(drawn)(x), drawn(x).degraded)
    assert torch.equal(DegradationPhysics(drawn)(x), DegradationPhysics(drawn)(x))
