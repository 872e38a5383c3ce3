from tests.restore.conftest import photograph

__all__ = ["photograph"]
