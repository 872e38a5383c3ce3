"""How each physics is made for a picture, family by family."""
