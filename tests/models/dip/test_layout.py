import pytest
import torch

from preimage.models.dip.layout import as_channels, as_images, count_channels


@pytest.mark.parametrize("shape", [(2, 3, 4, 5), (1, 2, 3, 4, 5)])
@pytest.mark.parametrize("dtype", [torch.float32, torch.complex64])
def test_there_and_back(shape: tuple[int, ...], dtype: torch.dtype) -> None:
    images = torch.randn(shape, dtype=dtype, generator=torch.Generator().manual_seed(0))
    channels = as_channels(images)
    assert channels.shape == (1, count_channels(images), 4, 5)
    assert not channels.is_complex()
    assert torch.equal(as_images(channels, images), images)


def test_real_and_imaginary_parts_are_neighbours() -> None:
    images = torch.tensor([[[[1 + 2j]], [[3 + 4j]]]])
    assert as_channels(images).flatten().tolist() == [1, 2, 3, 4]
    assert count_channels(images) == 4
