"""How a restoration is computed: one file for each method."""
