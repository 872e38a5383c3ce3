"""What the noise of a sensor is: gain, read noise, noise of rows, black level, and how sure that is."""

from preimage.physics.noise.calibration.sensor import Calibration, Estimate, calibrate

__all__ = ["Calibration", "Estimate", "calibrate"]
