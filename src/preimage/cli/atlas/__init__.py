"""What forward models there are, told from their own docstrings."""
