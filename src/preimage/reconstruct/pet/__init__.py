"""Positron emission tomography: counts of coincidences, to images and volumes."""
