import numpy as np

from preimage.files.samples.palette import to_palette


def test_few_colours_are_kept_exactly() -> None:
    rgb = np.zeros((4, 6, 3), np.uint8)
    rgb[:2], rgb[2:, 3:] = (200, 10, 30), (0, 90, 255)
    image = to_palette(rgb)
    assert image.mode == "P"
    assert np.array_equal(np.asarray(image.convert("RGB")), rgb)


def test_transparency_is_kept_exactly() -> None:
    generator = np.random.default_rng(0)
    rgb = generator.integers(0, 256, (16, 20, 3)).astype(np.uint8)
    alpha = generator.choice(np.array([0, 17, 128, 255], np.uint8), (16, 20))
    image = to_palette(rgb, alpha)
    shown = np.asarray(image.convert("RGBA"))
    assert np.array_equal(shown[..., 3], alpha)
    error = np.abs(shown[..., :3].astype(int) - rgb)[alpha > 0]
    assert float(error.mean()) < 15  # 253 colours for 240 random ones
