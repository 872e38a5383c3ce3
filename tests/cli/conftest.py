from tests.restore.conftest import photograph, small_prior, sparse, tiny

__all__ = ["photograph", "small_prior", "sparse", "tiny"]
