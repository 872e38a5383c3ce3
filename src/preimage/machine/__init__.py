"""What the computer is and lends: memory, threads, a device, other processes."""
