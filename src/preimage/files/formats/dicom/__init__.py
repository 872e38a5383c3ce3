"""DICOM (PS3): files of one image or several, and folders of the images of a series."""
