"""Tomography: projections and their geometry, to images and volumes."""
