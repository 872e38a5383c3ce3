import torch

from preimage.physics import Blur, Inpainting, stack
from preimage.testing._dense import as_vectors, dense, from_vectors


def test_the_matrix_of_a_mask_is_its_diagonal() -> None:
    mask = torch.tensor([[1.0, 0.0], [0.5, 2.0]])
    matrices = dense(Inpainting(torch.stack([mask, 3 * mask])[:, None]), torch.zeros(2, 1, 2, 2))
    torch.testing.assert_close(matrices, torch.stack([mask.flatten().diag(), 3 * mask.flatten().diag()]).double())


def test_matrix_times_image_is_the_measurement() -> None:
    x = torch.rand(2, 1, 3, 4, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    physics = stack(Blur(torch.rand(3, 3).double(), "reflect"), Inpainting(torch.rand(3, 4).double()))
    y = as_vectors(physics.A(x), True)
    torch.testing.assert_close((dense(physics, x) @ x.flatten(1)[..., None])[..., 0], y)
    back = from_vectors(y, physics.A(x))
    assert all(torch.equal(a, b) for a, b in zip(back, physics.A(x), strict=True))
