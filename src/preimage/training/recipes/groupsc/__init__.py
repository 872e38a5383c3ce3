"""The sparse models: tasks, stages, and the plan of a training."""
