"""What is computed pixel by pixel: changes, errors, and arithmetic on counts."""
