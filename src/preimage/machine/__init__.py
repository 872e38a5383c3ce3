"""What the computer is and lends: memory."""
