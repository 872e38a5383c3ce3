from pathlib import Path

import numpy as np
import pytest
import torch

from preimage import restore
from preimage.blind import KernelEstimate
from preimage.errors import ArgumentError
from preimage.files.samples.sampling import Sampling
from preimage.restore.tasks.deblur import Deblur
from preimage.restore.tasks.found_kernel import FoundKernel, find_kernel, write_kernel
from preimage.restore.tasks.kernel import read_kernel
from tests.blind.kernel.scenes import shapes


def found(trust: float = 0.8) -> FoundKernel:
    return FoundKernel.of(KernelEstimate(torch.rand(5, 5, generator=torch.Generator().manual_seed(0)), trust))


def test_the_drawing_and_the_record_give_the_very_same_kernel(tmp_path: Path) -> None:
    write_kernel(found(), tmp_path / "a.png")
    assert torch.equal(read_kernel(str(tmp_path / "a.png")), found().kernel)
    again = FoundKernel.recorded(found().entries())
    assert torch.equal(again.levels, found().levels)
    assert again.note() == found().note()


def test_a_record_without_one_is_refused() -> None:
    for rows in ("", "1 2/3", "0 0/0 0", "10000", "x", None):
        with pytest.raises(ArgumentError, match="restore the picture anew"):
            FoundKernel.recorded({"kernel_rows": rows, "kernel_trust": "0.5", "kernel_words": ""})


def test_what_is_not_trusted_is_said() -> None:
    assert "do not rely on it" in found(0.2).note()
    assert "do not rely on it" not in found(0.8).note()


def test_errors_of_a_kernel_of_no_known_shape_count_as_noise() -> None:
    gaussian = KernelEstimate(torch.ones(3, 3) / 9, 0.8, "gaussian", {"sigma": 0.9})
    assert FoundKernel.of(gaussian).doubt == FoundKernel.recorded(found().entries()).doubt == 0
    pixels = shapes(48)[0]
    told = Deblur(found().kernel, "auto", found()).level(pixels, 0.003, Sampling(0.0))
    assert told.value == pytest.approx((0.003**2 + found().doubt ** 2) ** 0.5)
    assert "errors of the blur that was found" in told.origin
    assert Deblur(found().kernel).level(pixels, 0.003, Sampling(0.0)).value == 0.003


def test_a_batch_has_several_blurs() -> None:
    with pytest.raises(ArgumentError, match="restore one by one"):
        find_kernel(torch.zeros(2, 1, 30, 30), 5)


def test_an_array_is_deblurred_without_a_kernel_and_repeated() -> None:
    image = (shapes(48)[0].numpy() * 255).astype(np.uint8)
    restored = restore.deblur(image, kernel_size=5, sigma=0.003, steps=1)
    assert restored.record.settings["kernel"] == "auto"
    again = restore.repeat(restored.record, image)
    assert np.array_equal(again.image, restored.image)
    with pytest.raises(ArgumentError, match="`kernel_size` must be left out"):
        restore.deblur(image, "gaussian:1", 5)
