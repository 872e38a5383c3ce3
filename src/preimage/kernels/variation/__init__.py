"""Total variation and total generalised variation: steps of their denoising, and of primal-dual methods."""
