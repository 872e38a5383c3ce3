from tests.restore.conftest import photograph, picture, sparse, tiny

__all__ = ["photograph", "picture", "sparse", "tiny"]
