from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tiercel.repository.sqlite.database import SqliteDatabase
from tiercel.testing.access_suite import AuditSuite, SessionSuite, UserSuite
from tiercel.testing.batch_suite import BatchSuite
from tiercel.testing.keys_suite import FileSuite, FlowSuite, KvSuite
from tiercel.testing.lists_suite import ExecutionListSuite, OtherListSuite
from tiercel.testing.recovery_suite import RecoverySuite
from tiercel.testing.transactions_suite import TransactionSuite
from tiercel.testing.triggers_suite import FlowTriggerSuite
from tiercel.testing.work_suite import WorkSuite


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[SqliteDatabase]:
    database = SqliteDatabase.open(tmp_path, is_durable=False)
    yield database
    await database.close()


class TestTransactions(TransactionSuite):
    pass


class TestBatches(BatchSuite):
    pass


class TestRecovery(RecoverySuite):
    pass


class TestWork(WorkSuite):
    pass


class TestFlows(FlowSuite):
    pass


class TestFlowTriggers(FlowTriggerSuite):
    pass


class TestKv(KvSuite):
    pass


class TestFiles(FileSuite):
    pass


class TestExecutionLists(ExecutionListSuite):
    pass


class TestOtherLists(OtherListSuite):
    pass


class TestUsers(UserSuite):
    pass


class TestSessions(SessionSuite):
    pass


class TestAudit(AuditSuite):
    pass
