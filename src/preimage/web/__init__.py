"""A page for the browser of this computer: drop pictures in, restore them, compare, download."""
