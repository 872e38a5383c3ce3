"""Recipes: each makes one kind of weights that the package ships."""
