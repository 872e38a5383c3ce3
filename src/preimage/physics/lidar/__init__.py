"""Lidar: distances from the flight times of single photons."""

from preimage.physics.lidar.single_photon_lidar import SinglePhotonLidar

__all__ = ["SinglePhotonLidar"]
