from pathlib import Path

import numpy as np
import pytest
import tifffile

from preimage.files import ImageFile, read
from preimage.restore.frame.sample_pages import write_sample_pages


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
@pytest.mark.parametrize("channels", [1, 3])
def test_pages_are_the_pictures_in_their_own_type(tmp_path: Path, dtype: type, channels: int) -> None:
    draw = np.random.default_rng(0)
    pictures = [(255 * draw.random((6, 5, channels))).astype(dtype) for _ in range(3)]
    pictures = pictures if dtype is not np.float32 else [picture / 255 for picture in pictures]
    assert write_sample_pages([ImageFile.from_array(picture) for picture in pictures], tmp_path / "a.tif") == []
    stored = read(tmp_path / "a.tif")
    assert stored.values.dtype == dtype
    np.testing.assert_array_equal(stored.values.reshape(3, 6, 5, channels), np.stack(pictures))
    with tifffile.TiffFile(tmp_path / "a.tif") as file:
        assert file.series[0].axes == ("QYX" if channels == 1 else "QYXS")  # neither planes nor times
        assert not file.is_imagej
