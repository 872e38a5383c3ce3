"""What every restoration has in common: pictures, noise levels, records, the guard."""
