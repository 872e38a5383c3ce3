"""TIFF 6.0 (Adobe, 1992) and BigTIFF: the format, its pages, samples, tags and writer."""
