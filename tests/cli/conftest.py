from tests.restore.conftest import photograph, picture, tiny

__all__ = ["photograph", "picture", "tiny"]
