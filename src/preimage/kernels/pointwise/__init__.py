"""What is computed pixel by pixel: changes, errors, thresholds, mixtures of channels, and arithmetic on counts."""
