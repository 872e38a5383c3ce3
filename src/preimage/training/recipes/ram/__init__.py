"""The network for many problems: the recipe, the problems it learns from, and their noise."""

from preimage.training.recipes.ram.recipe import RAMRecipe

__all__ = ["RAMRecipe"]
