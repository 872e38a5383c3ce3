"""The physics by which pictures are measured: one row each, read by the Python function and the command line.

Nothing is imported to read it. A row that is added is an option of ``preimage simulate``, an example and a picture of
``preimage physics``.
"""

from typing import Literal

from preimage.errors import ArgumentError
from preimage.restore.frame.declaration import Option
from preimage.simulate.declaration import PhysicsRow, nearest

__all__ = ["PHYSICS", "PIPELINES", "find_physics", "row_of_kind"]

_HERE = "preimage.simulate.builders"
_PADDING = Option(
    "padding", Literal["valid", "circular", "replicate", "reflect", "zero"], "reflect",
    "How the picture goes on beyond its border; valid measures only where it is not needed.",
)  # fmt: skip
_FORMULA = "gaussian:SIGMA, motion:LENGTH@DEGREES, disk:RADIUS in pixels"

PHYSICS = (
    PhysicsRow(
        "denoising", "preimage.physics:Denoising", f"{_HERE}.pixelwise:build_denoising", "Only add noise.",
        keeps="black",
    ),
    PhysicsRow(
        "blur", "preimage.physics:Blur", f"{_HERE}.blur:build_blur", "Convolve with a kernel.",
        (
            Option(
                "kernel", str, None, f"An image, .npy or .mat file, or {_FORMULA}.",
                required="name a file or a formula like gaussian:1.6", reads="kernel",
            ),
            _PADDING,
        ),
        {"kernel": "gaussian:1.5"}, keeps="black",
    ),
    PhysicsRow(
        "space-varying-blur", "preimage.physics:SpaceVaryingBlur", f"{_HERE}.blur:build_space_varying_blur",
        "Convolve with a kernel in the corners, and less and less towards the middle.",
        (
            Option(
                "kernel", str, None, f"Of the corners: an image, .npy or .mat file, or {_FORMULA}.",
                required="name a file or a formula like gaussian:1.6", reads="kernel",
            ),
            _PADDING,
        ),
        {"kernel": "disk:3"}, keeps="black",
    ),
    PhysicsRow(
        "downsampling", "preimage.physics:Downsampling", f"{_HERE}.blur:build_downsampling",
        "Convolve with a kernel and keep every so manieth pixel.",
        (
            Option("factor", int, 2, "How many times smaller; what is over at the right and the bottom is cut off."),
            Option("kernel", str, "gaussian:0.8", f"As for blur: a file, or {_FORMULA}.", reads="kernel"),
            _PADDING,
        ),
        {"factor": 3, "kernel": "gaussian:1.2"}, keeps="black",
    ),
    PhysicsRow(
        "resize", "preimage.physics:DownsamplingMatlab", f"{_HERE}.blur:build_resize",
        "Make smaller as MATLAB's imresize does.",
        (
            Option("factor", int, 2, "How many times smaller; what is over at the right and the bottom is cut off."),
            Option(
                "interpolation", Literal["bicubic", "bilinear", "lanczos2", "lanczos3"], "bicubic", "The weights."
            ),
        ),
        {"factor": 3}, keeps="black",
    ),
    PhysicsRow(
        "inpainting", "preimage.physics:Inpainting", f"{_HERE}.pixelwise:build_inpainting",
        "Leave pixels out; they are zero.",
        (
            Option(
                "mask", str, "random:0.5",
                "random:SHARE of the pixels that are missing, or a picture of the same size, white where they are.",
            ),
        ),
        {"mask": "random:0.5"}, keeps="black",
    ),
    PhysicsRow(
        "demosaicing", "preimage.physics:Demosaicing", f"{_HERE}.pixelwise:build_demosaicing",
        "See one colour a pixel, as a sensor with a Bayer filter.",
        (
            Option(
                "pattern", Literal["RGGB", "BGGR", "GRBG", "GBRG"], "RGGB",
                "Colours of the 2x2 cell at the top left, row by row.",
            ),
        ),
        takes="colour",
    ),
    PhysicsRow(
        "decolorize", "preimage.physics:Decolorize", f"{_HERE}.pixelwise:build_decolorize",
        "See brightness only.", takes="colour",
    ),
    PhysicsRow(
        "compressed-sensing", "preimage.physics:StructuredRandom", f"{_HERE}.compressive:build_structured_random",
        "Random projections, by a fast transform.",
        (Option("measurements", float, 0.25, "How many: a share of the pixels up to 1, or their number."),),
        {"measurements": 0.5}, suffix=".npy",
    ),
    PhysicsRow(
        "single-pixel", "preimage.physics:SinglePixelCamera", f"{_HERE}.compressive:build_single_pixel",
        "One detector behind Walsh-Hadamard patterns.",
        (Option("measurements", float, 0.25, "How many: a share of the pixels up to 1, or their number."),),
        {"measurements": 0.5}, suffix=".npy",
    ),
    PhysicsRow(
        "mri", "preimage.physics:MRI", f"{_HERE}.medical:build_mri", "Columns of the spectrum.",
        (
            Option("acceleration", float, 4.0, "How many times fewer columns than there are."),
            Option(
                "sampling", Literal["random", "equispaced", "gaussian"], "random", "Which columns beside the middle."
            ),
        ),
        takes="grey", is_complex=True, suffix=".npy", keeps="zero",
    ),
    PhysicsRow(
        "non-cartesian-mri", "preimage.physics:NonCartesianMRI", f"{_HERE}.medical:build_non_cartesian_mri",
        "The spectrum along lines through its middle.",
        (Option("lines", int, 64, "How many lines, each turned by the golden angle."),),
        {"lines": 24}, takes="grey", is_complex=True, suffix=".npy",
    ),
    PhysicsRow(
        "tomography", "preimage.physics:Tomography", f"{_HERE}.medical:build_tomography",
        "Line integrals, with the longer side of the picture as the unit of length.",
        (
            Option("views", int, 180, "How many directions, evenly over half a turn; over a full one for fan."),
            Option("beam", Literal["parallel", "fan"], "parallel", "Parallel rays, or a fan from three sides away."),
        ),
        takes="grey", keeps="zero",
    ),
    PhysicsRow(
        "pet", "preimage.physics:PET", f"{_HERE}.medical:build_pet",
        "Integrals along lines between the detectors of a ring; the longer side of the picture is the unit of length.",
        (Option("views", int, 180, "How many directions: half the number of detectors."),),
        takes="grey", keeps="zero",
    ),
    PhysicsRow(
        "phase-retrieval", "preimage.physics:PhaseRetrieval", f"{_HERE}.medical:build_phase_retrieval",
        "The squared modulus of the spectrum of the picture among as many zeros.", takes="grey", is_complex=True,
        suffix=".npy",
    ),
    PhysicsRow(
        "coded-diffraction", "preimage.physics:CodedDiffraction", f"{_HERE}.compressive:build_coded_diffraction",
        "Intensities of the spectrum behind random masks.",
        (Option("masks", int, 4, "How many masks."),), takes="grey", suffix=".npy",
    ),
    PhysicsRow(
        "ptychography", "preimage.physics:Ptychography", f"{_HERE}.waves:build_ptychography",
        "Diffraction patterns of a small light that steps over the picture.",
        (Option("overlap", float, 0.6, "Of a light with the next one, as a share of its diameter."),),
        takes="grey", is_complex=True, suffix=".npy",
    ),
    PhysicsRow(
        "holography", "preimage.physics:InlineHolography", f"{_HERE}.waves:build_holography",
        "The intensity of a wave at a distance behind the picture, with lengths in pixels.",
        (
            Option("distance", float, 40.0, "From the picture to the sensor."),
            Option("wavelength", float, 0.5, "Of the wave."),
        ),
        takes="grey", is_complex=True,
    ),
    PhysicsRow(
        "cassi", "preimage.physics:CompressiveSpectralImaging", f"{_HERE}.spectral:build_spectral_snapshot",
        "All channels in one snapshot, through a random mask and a prism.",
        (
            Option("dispersers", Literal[1, 2], 1, "How many prisms."),
            Option("step", int, 1, "Columns from one channel to the next."),
        ),
    ),
    PhysicsRow(
        "radio", "preimage.physics:RadioInterferometry", f"{_HERE}.radio:build_radio_interferometry",
        "Visibilities of the picture as a sky, by antennas on three arms.",
        (
            Option("antennas", int, 27, "How many."),
            Option("hours", float, 6.0, "How long the sky is observed, a quarter of an hour at a time."),
        ),
        {"antennas": 12}, takes="grey", suffix=".npy",
    ),
    PhysicsRow(
        "lidar", "preimage.physics:SinglePhotonLidar", f"{_HERE}.lidar:build_lidar",
        "Flight times of single photons from a plane as bright as the picture.",
        (
            Option("range", str, "5:40", "Distances in bins: NEAR:FAR, from the lowest row to the highest."),
            Option("bins", int, 50, "Bins of time."),
            Option("pulse", float, 1.5, "Standard deviation of the pulse in bins."),
            Option("photons", float, 5.0, "That come back from white."),
            Option("daylight", float, 1.0, "Photons a pixel that are not of the laser."),
        ),
        takes="grey", suffix=".npy",
    ),
    PhysicsRow(
        "lensless", "preimage.physics:LenslessCamera", f"{_HERE}.blur:build_lensless",
        "A sensor as large as the picture, on which every point throws a pattern.",
        (
            Option(
                "psf", str, "random:0.02",
                "The pattern: an image or .npy file, or random:SHARE of bright points in a square of half the picture.",
            ),
        ),
        keeps="black",
    ),
    PhysicsRow(
        "jpeg", "preimage.physics:JPEG", f"{_HERE}.camera:build_jpeg", "Compress as JPEG does.",
        (
            Option("quality", int, 75, "1 to 100."),
            Option("subsampling", Literal["4:4:4", "4:2:2", "4:2:0"], "4:2:0", "How many colours are kept."),
        ),
        {"quality": 20},
    ),
    PhysicsRow(
        "raw-camera", "preimage.physics:RawCamera", f"{_HERE}.camera:build_raw_camera",
        "What the sensor measured of the scene that was finished to the picture.",
        (
            Option(
                "pattern", Literal["RGGB", "BGGR", "GRBG", "GBRG"], "RGGB",
                "Colours of the 2x2 cell at the top left, row by row.",
            ),
            Option("tone", Literal["srgb", "smoothstep", "linear"], "srgb", "The tone curve of the camera."),
        ),
        takes="colour",
    ),
    PhysicsRow(
        "haze", "preimage.physics:Haze", f"{_HERE}.optics:build_haze", "Light that the air scatters.",
        (
            Option(
                "depth", str, "2:20",
                "Distances in metres: NEAR:FAR, from the lowest row to the highest, or an .npy file of them.",
            ),
            Option("beta", float, 0.1, "Scattering coefficient in 1/metre."),
            Option("airlight", float, 0.9, "Brightness of the haze."),
        ),
    ),
)  # fmt: skip

_SCALE = Option("scale", int, 4, "How many times smaller the picture becomes.")
_KIND = "preimage.degradations:DegradationPhysics"

# Random histories of photographs: each seed draws another one, and the record holds it.
PIPELINES = (
    PhysicsRow(
        "bsrgan", _KIND, f"{_HERE}.degradation:build_bsrgan",
        "Blurs, reductions, noise, a camera and JPEG in random order.", (_SCALE,),
    ),
    PhysicsRow(
        "bsrgan-plus", _KIND, f"{_HERE}.degradation:build_bsrgan_plus",
        "The same twice, and more kinds of noise.", (_SCALE,),
    ),
    PhysicsRow(
        "real-esrgan", _KIND, f"{_HERE}.degradation:build_real_esrgan",
        "Blur, resizing, noise and JPEG, twice, with ringing.", (_SCALE,),
    ),
    PhysicsRow(
        "scunet", _KIND, f"{_HERE}.degradation:build_scunet",
        "Noises, a camera, JPEG and resizing in random order, twice.",
    ),
)  # fmt: skip


def find_physics(name: str) -> PhysicsRow:
    """The row of a physics, or of a pipeline of degradations.

    Raises:
        ArgumentError: there is none; the nearest names are told.
    """
    wanted = name.lower().replace("_", "-").replace(" ", "-")
    for row in (*PHYSICS, *PIPELINES):
        if row.name == wanted:
            return row
    known = nearest(wanted, [row.name for row in (*PHYSICS, *PIPELINES)])
    raise ArgumentError(f"`--physics` must name a physics, got {name!r}; {known}.")


def row_of_kind(kind: str) -> PhysicsRow | None:
    """The row of a class, by its name, or none."""
    return next((row for row in PHYSICS if row.kind.endswith(f":{kind}")), None)
