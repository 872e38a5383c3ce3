import numpy as np
import torch

from preimage.files.samples.alpha import clipped_to, converted_alpha, resized_alpha, without_alpha


def test_opaque_stays_opaque_in_another_type() -> None:
    alpha = np.array([[0, 128, 255]], np.uint8)
    assert converted_alpha(alpha, np.dtype(np.uint8)) is alpha
    assert converted_alpha(alpha, np.dtype(np.uint16)).tolist() == [[0, 128 * 257, 65535]]


def test_transparency_is_interpolated() -> None:
    assert resized_alpha(np.array([[0, 100]], np.uint8), 1, 4).tolist() == [[0, 25, 75, 100]]
    assert resized_alpha(np.array([[False, True]]), 1, 4).tolist() == [[False, False, True, True]]


def test_multiplied_colours_are_divided() -> None:
    colour = torch.tensor([[[0.25, 0.5, 0.1]]])
    alpha = np.array([[128, 255, 0]], np.uint8)
    torch.testing.assert_close(without_alpha(colour, alpha, 255), torch.tensor([[[0.25 * 255 / 128, 0.5, 0.0]]]))


def test_no_more_light_than_transparency_lets_through() -> None:
    samples, alpha = np.array([[[200, 90, 7]]], np.uint8), np.array([[100]], np.uint8)
    assert clipped_to(alpha, samples, 2).tolist() == [[[100, 90, 7]]]
    assert clipped_to(alpha, samples.astype(np.uint16) + 300, 2).tolist() == [[[400, 390, 307]]]
