"""Raw pictures of cameras: the noise of the mosaic, removed before colours are interpolated."""
