from __future__ import annotations

import pytest

from tiercel.storage.memory import open_memory_storage
from tiercel.storage.objects import ObjectStorage
from tiercel.testing.storage_suite import StorageSuite


class TestMemoryStorage(StorageSuite):
    @pytest.fixture
    def storage(self) -> ObjectStorage:
        return open_memory_storage()
