"""Trainings of networks whose results look like photographs, at the price of detail that is made."""
