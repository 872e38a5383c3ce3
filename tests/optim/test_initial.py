import torch
import torch.nn.functional as F

from preimage.optim.initial import Upsampled, filled_in, initial_image
from preimage.physics import Demosaicing, Downsampling, Inpainting


def test_upsampling_puts_samples_where_decimation_took_them():
    x = torch.rand(2, 3, 12, 9)
    physics = Downsampling(torch.ones(1, 1), 3)
    up = Upsampled(3)(physics(x), physics)
    assert up.shape == x.shape
    torch.testing.assert_close(up[..., ::3, ::3], x[..., ::3, ::3], rtol=0, atol=1e-5)


def test_upsampling_is_the_usual_bicubic_moved_by_half_the_excess():
    y = torch.rand(1, 1, 8, 8)
    ours = Upsampled(3)(y, Downsampling(torch.ones(1, 1), 3))
    usual = F.interpolate(y, scale_factor=3, mode="bicubic", align_corners=False)
    torch.testing.assert_close(ours[..., 6:15, 6:15], usual[..., 7:16, 7:16], rtol=0, atol=1e-5)


def test_bayer_mosaics_are_interpolated_bilinearly():
    rows, columns = torch.meshgrid(torch.arange(10.0), torch.arange(8.0), indexing="ij")
    ramp = torch.stack([rows, columns, rows + 2 * columns])[None]
    physics = Demosaicing("GRBG")
    found = filled_in(physics(ramp), physics)
    torch.testing.assert_close(found[..., 1:-1, 1:-1], ramp[..., 1:-1, 1:-1])  # bilinear is exact on ramps
    torch.testing.assert_close(physics.A(found), physics(ramp))


def test_wide_gaps_are_filled_and_what_is_seen_is_kept():
    mask = torch.zeros(33, 20)
    mask[0, 0] = mask[30, 19] = 1
    physics = Inpainting(mask)
    x = torch.full((1, 2, 33, 20), 0.7)
    torch.testing.assert_close(filled_in(physics(x), physics), x)


def test_the_unit_of_a_mask_does_not_count_and_complex_images_are_filled_in():
    mask = (torch.rand(9, 8, generator=torch.Generator().manual_seed(0)) < 0.4).double()
    x = torch.rand(2, 1, 9, 8, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    physics = Inpainting(mask)
    found = filled_in(physics(x), physics)
    assert float(found[..., mask == 0].min()) > 0
    weak = 1e-5 * physics
    torch.testing.assert_close(filled_in(weak(x), weak), found)
    torch.testing.assert_close(filled_in(physics(x * (2 - 1j)), physics), found * (2 - 1j))


def test_a_measurement_that_is_an_image_is_its_own_start():
    y = torch.rand(1, 1, 4, 4)
    assert initial_image(y, Inpainting(torch.ones(4, 4))) is y
    assert initial_image(y, Downsampling(torch.ones(1, 1), 2)).shape == (1, 1, 8, 8)
