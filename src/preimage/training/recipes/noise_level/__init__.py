"""Train the network that finds the noise level: ``python -m preimage.training.recipes.noise_level``."""
