import torch

from preimage.physics.microscopy import Microscope, confocal_psf, light_sheet_psf, two_photon_psf

LASER, DYE = Microscope(1.0, 0.488, 1.33, samples=48), Microscope(1.0, 0.52, 1.33, samples=48)
SHAPE, VOXEL = (9, 17, 17), (0.3, 0.08, 0.08)


def width(psf: torch.Tensor) -> float:
    """The root mean square distance from the middle along the last axis, in the plane of focus."""
    profile = psf[psf.shape[0] // 2].sum(0)
    place = torch.arange(len(profile), dtype=torch.float64) - len(profile) // 2
    return float(((profile * place**2).sum() / profile.sum()).sqrt())


def test_a_point_pinhole_multiplies_both() -> None:
    psf = confocal_psf(LASER, DYE, SHAPE, VOXEL)
    product = LASER.psf(SHAPE, VOXEL) * DYE.psf(SHAPE, VOXEL)
    torch.testing.assert_close(psf, product / product.sum())
    torch.testing.assert_close(two_photon_psf(LASER, SHAPE, VOXEL), confocal_psf(LASER, LASER, SHAPE, VOXEL))


def test_a_wider_pinhole_loses_resolution_until_the_laser_alone_counts() -> None:
    pinholes = (0.0, 0.1, 0.3, 3.0)  # the last is wider than all that is computed
    psfs = [confocal_psf(LASER, DYE, SHAPE, VOXEL, pinhole) for pinhole in pinholes]
    widths = [width(psf) for psf in psfs]
    assert widths == sorted(widths)
    open_wide, laser = psfs[-1][4], LASER.psf(SHAPE, VOXEL)[4]
    torch.testing.assert_close(open_wide / open_wide.sum(), laser / laser.sum(), rtol=1e-3, atol=1e-6)


def test_a_small_pinhole_is_the_mean_over_a_disk() -> None:
    """Against the mean of displaced images of a point, over places in the disk."""
    fine, radius = (1, 65, 65), 0.2
    seen = DYE.psf(fine, 0.04)[0]
    step = torch.arange(-5, 6)
    places = [(int(i), int(j)) for i in step for j in step if (0.04 * torch.hypot(i.float(), j.float())) <= radius]
    mean = torch.stack([seen.roll(place, (0, 1)) for place in places]).mean(0)
    expected = LASER.psf(fine, 0.04)[0] * mean
    found = confocal_psf(LASER, DYE, fine, 0.04, radius)[0]
    assert (found - expected / expected.sum()).abs().max() < 0.03 * found.max()


def test_a_sheet_dims_what_is_out_of_focus() -> None:
    psf = light_sheet_psf(DYE, SHAPE, VOXEL, waist=0.6)
    plain = DYE.psf(SHAPE, VOXEL)
    ratio = psf.sum((1, 2)) / plain.sum((1, 2))
    torch.testing.assert_close(ratio[6] / ratio[4], torch.tensor(-2.0).exp().double())  # one waist away
