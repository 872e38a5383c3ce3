"""What is computed block by block: convolutions, denoisers, data steps, total variation."""
