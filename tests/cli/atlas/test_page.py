from preimage.cli.atlas.entries import find_entry
from preimage.cli.atlas.page import page_of


def test_formula_parameters_shapes_example_and_noises_are_told() -> None:
    page = page_of(find_entry("Blur"), "preimage simulate photo.png")
    lines = page.splitlines()
    assert lines[0] == "Blur: A x = k * x, true convolution: y[n] = sum_j k[j] x[n - j + o]."
    assert "  padding = 'valid': how the image continues." in lines
    assert any(line.startswith("  noise = None: the law") for line in lines)
    assert "  images (B, C, H, W) or (B, C, D, H, W), real." in lines
    assert "  from preimage.physics import Blur" in lines
    assert "  physics = Blur(kernel=kernel)" in lines
    assert "  preimage simulate photo.png" in lines
    assert any(line.startswith("  PoissonNoise: y = gain") for line in lines)
    assert max(map(len, lines)) <= 100


def test_noises_are_no_parameters_of_noises() -> None:
    page = page_of(find_entry("GaussianNoise"))
    assert "made = GaussianNoise()" in page
    assert "Noise models" not in page
