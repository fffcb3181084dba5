"""The database's twin in memory: the same laws, no file. For `replay`, trials and tests."""

from storage.memory.unit_of_work import MemoryDatabase, MemoryUnitOfWork

__all__ = ["MemoryDatabase", "MemoryUnitOfWork"]
