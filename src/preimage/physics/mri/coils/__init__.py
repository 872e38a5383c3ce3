"""Receive coils: their sensitivities, simulated or estimated, their noise, and fewer of them."""
