"""Pictures of a command: one after the other, or several at a time, and what is told of each."""
