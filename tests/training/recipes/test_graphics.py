import torch

from preimage.training.recipes.graphics import draw_graphics


def test_they_are_drawings_of_few_colours_with_sharp_edges():
    x = draw_graphics(12, 64, torch.Generator().manual_seed(0))
    assert x.shape == (12, 3, 64, 64)
    assert torch.equal((255 * x).round(), 255 * x)
    flat = (x[..., 1:] == x[..., :-1]).all(1).float().mean((1, 2))
    assert float(flat.min()) > 0.3
    assert float((x.amax((1, 2, 3)) - x.amin((1, 2, 3))).max()) > 0.9


def test_a_generator_draws_them_again_and_others_next():
    rng = torch.Generator().manual_seed(1)
    first, second = draw_graphics(2, 32, rng), draw_graphics(2, 32, rng)
    assert torch.equal(first, draw_graphics(2, 32, torch.Generator().manual_seed(1)))
    assert not torch.equal(first, second)
    assert draw_graphics(0, 32, rng).shape == (0, 3, 32, 32)
