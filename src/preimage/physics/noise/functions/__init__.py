"""Functions that laws of noise are computed by: roots of cubics, sums over counts, quadrature, Wright's omega."""
