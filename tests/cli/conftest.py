from tests.restore.conftest import photograph, picture, small_prior, sparse, tiny

__all__ = ["photograph", "picture", "small_prior", "sparse", "tiny"]
