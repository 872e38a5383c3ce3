"""Arrays of numbers with named axes: what a file says of them, read whole or in part, written plane by plane."""
