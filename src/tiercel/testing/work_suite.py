"""How every database must lease shards and jobs, and tell who holds a slot at a limit."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tiercel.errors import NotFoundError
from tiercel.model.claims import NOTE
from tiercel.model.execution import ExecutionKind
from tiercel.model.state import State
from tiercel.repository import jobs, limits, shards
from tiercel.repository.batch import Batch, save_batch
from tiercel.repository.database import Database
from tiercel.repository.executions import save_executions
from tiercel.testing.builders import build_execution, build_job


class WorkSuite:
    """Subclass with a fixture ``database`` that gives an empty open database."""

    async def test_the_number_of_shards_is_fixed_for_good(self, database: Database) -> None:
        assert await database.write(lambda c: shards.create_shards(c, 8)) == 8
        assert await database.write(lambda c: shards.create_shards(c, 64)) == 8

    async def test_a_shard_has_one_owner_until_its_lease_lapses(self, database: Database) -> None:
        await database.write(lambda c: shards.create_shards(c, 3))
        assert await database.write(lambda c: shards.claim_shards(c, "a", now=0, until=10, limit=2)) == {0: 1, 1: 1}
        assert await database.write(lambda c: shards.claim_shards(c, "b", now=9, until=20, limit=9)) == {2: 1}
        assert await database.write(lambda c: shards.claim_shards(c, "b", now=10, until=20, limit=1)) == {0: 2}

    async def test_renewing_keeps_the_epoch(self, database: Database) -> None:
        await database.write(lambda c: shards.create_shards(c, 2))
        held = await database.write(lambda c: shards.claim_shards(c, "a", now=0, until=10, limit=2))
        await database.write(lambda c: shards.renew_shards(c, "a", held, until=30))
        assert await database.write(lambda c: shards.claim_shards(c, "b", now=20, until=40, limit=2)) == {}
        await database.read(lambda c: shards.check_epochs(c, held))

    async def test_a_lapsed_lease_that_nobody_took_goes_on(self, database: Database) -> None:
        await database.write(lambda c: shards.create_shards(c, 1))
        held = await database.write(lambda c: shards.claim_shards(c, "a", now=0, until=10, limit=1))
        await database.write(lambda c: shards.renew_shards(c, "a", held, until=99))
        await database.read(lambda c: shards.check_epochs(c, held))

    async def test_a_lost_lease_is_not_renewed(self, database: Database) -> None:
        await database.write(lambda c: shards.create_shards(c, 2))
        held = await database.write(lambda c: shards.claim_shards(c, "a", now=0, until=10, limit=2))
        await database.write(lambda c: shards.claim_shards(c, "b", now=10, until=20, limit=1))
        with pytest.raises(shards.LeaseLostError, match="shard 0 is lost"):
            await database.write(lambda c: shards.renew_shards(c, "a", held, until=30))
        assert await database.write(lambda c: shards.claim_shards(c, "c", now=11, until=20, limit=2)) == {1: 2}

    async def test_released_shards_are_free_at_once_and_those_of_others_stay(self, database: Database) -> None:
        await database.write(lambda c: shards.create_shards(c, 2))
        held = await database.write(lambda c: shards.claim_shards(c, "a", now=0, until=10, limit=2))
        await database.write(lambda c: shards.claim_shards(c, "b", now=10, until=20, limit=1))
        await database.write(lambda c: shards.release_shards(c, "a", held))
        with pytest.raises(shards.LeaseLostError):
            await database.read(lambda c: shards.check_epochs(c, {1: 1}))
        assert await database.write(lambda c: shards.claim_shards(c, "c", now=11, until=20, limit=2)) == {1: 2}

    async def test_a_job_is_claimed_once(self, database: Database) -> None:
        waiting = [build_job(f"e{n}") for n in range(3)]
        await database.write(lambda c: jobs.save_jobs(c, waiting))
        first = await database.write(lambda c: jobs.claim_jobs(c, "w1", until=50, limit=2))
        second = await database.write(lambda c: jobs.claim_jobs(c, "w2", until=50, limit=2))
        assert [job.execution_id for job in first] == ["e0", "e1"]
        assert [job.execution_id for job in second] == ["e2"]
        assert {job.worker_id for job in first} == {"w1"}
        assert await database.read(lambda c: jobs.list_jobs(c, "e0")) == [first[0]]

    async def test_a_worker_claims_only_for_its_groups(self, database: Database) -> None:
        await database.write(lambda c: jobs.save_jobs(c, [build_job("e1"), build_job("e2", worker_group="gpu")]))
        claimed = await database.write(lambda c: jobs.claim_jobs(c, "w", groups=["gpu", "big"], until=50, limit=9))
        assert [job.execution_id for job in claimed] == ["e2"]

    async def test_a_claim_is_renewed_until_the_job_is_another(self, database: Database) -> None:
        await database.write(lambda c: jobs.save_jobs(c, [build_job("e1"), build_job("e2")]))
        claims = await database.write(lambda c: jobs.claim_jobs(c, "w", until=50, limit=9))
        assert await database.write(lambda c: jobs.renew_jobs(c, "w", claims, until=80)) == []
        await database.write(lambda c: jobs.save_jobs(c, [build_job("e1", token=2)]))
        await database.write(lambda c: jobs.remove_jobs(c, [("e2", "t", 1)]))
        assert await database.write(lambda c: jobs.renew_jobs(c, "w", claims, until=90)) == claims

    async def test_lapsed_claims_are_found(self, database: Database) -> None:
        await database.write(lambda c: jobs.save_jobs(c, [build_job("e1"), build_job("e2"), build_job("e3")]))
        early = await database.write(lambda c: jobs.claim_jobs(c, "w", until=50, limit=1))
        await database.write(lambda c: jobs.claim_jobs(c, "w", until=60, limit=1))
        assert await database.read(lambda c: jobs.list_lapsed_jobs(c, now=49, limit=9)) == []
        assert await database.read(lambda c: jobs.list_lapsed_jobs(c, now=50, limit=9)) == early
        assert len(await database.read(lambda c: jobs.list_lapsed_jobs(c, now=99, limit=9))) == 2

    async def test_released_jobs_wait_again(self, database: Database) -> None:
        await database.write(lambda c: jobs.save_jobs(c, [build_job("e1")]))
        await database.write(lambda c: jobs.claim_jobs(c, "w1", until=50, limit=9))
        assert await database.write(lambda c: jobs.release_jobs(c, "w1")) == 1
        assert len(await database.write(lambda c: jobs.claim_jobs(c, "w2", until=50, limit=9))) == 1

    async def test_live_executions_hold_slots_and_queued_ones_wait(self, database: Database) -> None:
        held = [State.RUNNING, State.PAUSED, State.KILLING, State.RETRYING]
        free = [State.CREATED, State.RESTARTED, State.QUEUED, State.SUCCESS, State.FAILED, State.KILLED]
        executions = [build_execution(n, state) for n, state in enumerate([*held, *free])]
        finishing = build_execution(50, State.SUCCESS, is_over=False)
        other = build_execution(51, flow_id="other")
        iteration = build_execution(52, kind=ExecutionKind.LOOP)
        await database.write(lambda c: save_executions(c, [*executions, finishing, other, iteration]))
        standings = await database.read(lambda c: limits.read_standings(c, ("dev", "demo")))
        live = [one.claim.execution_id for one in standings if one.waits_since is None]
        waiting = [one.claim.execution_id for one in standings if one.waits_since is not None]
        assert live == [one.id for one in executions[: len(held)]]
        assert waiting == [one.id for one in executions if one.state is State.QUEUED]
        assert await database.read(lambda c: limits.read_standings(c, ("dev", "none"))) == []

    async def test_what_an_execution_counts_in_is_read_back(self, database: Database) -> None:
        keyed = build_execution(1, State.RUNNING, notes={NOTE: {"key": 'a"b', "pool": "gpu", "priority": 2}})
        await database.write(lambda c: save_executions(c, [keyed, build_execution(2, State.RUNNING)]))
        (standing, plain) = await database.read(lambda c: limits.read_standings(c, ("dev", "demo")))
        assert standing.claim.scopes == (("flow", "dev", "demo"), ("key", "dev", "demo", 'a"b'), ("pool", "gpu"))
        assert (standing.claim.priority, plain.claim.scopes) == (2.0, (("flow", "dev", "demo"),))
        assert await database.read(limits.list_limited_flows) == [("dev", "demo")]
        assert await database.read(lambda c: limits.list_pool_users(c, "gpu")) == [("dev", "demo")]
        assert await database.read(lambda c: limits.list_pool_users(c, "cpu")) == []

    async def test_starts_are_counted_until_they_expire(self, database: Database) -> None:
        scopes = [("flow", "dev", "demo"), ("key", "dev", "demo", "eu"), ("key", "dev", "demo2", "eu")]
        starts = [limits.LimitStart(scope, at, f"e{at}", at + 10) for at, scope in enumerate(scopes, 1)]
        await database.write(lambda c: save_batch(c, Batch(limit_starts=starts)))
        found = await database.read(lambda c: limits.read_starts(c, ("dev", "demo")))
        assert found == [(scopes[0], 1), (scopes[1], 2)]
        await database.write(lambda c: limits.remove_expired_starts(c, 11))
        assert await database.read(lambda c: limits.read_starts(c, ("dev", "demo"))) == [(scopes[1], 2)]

    async def test_pools_are_made_changed_and_removed(self, database: Database) -> None:
        pool = limits.StoredPool(name="gpu", slots=2, created_at=1, updated_at=1)
        await database.write(lambda c: limits.save_pool(c, pool))
        await database.write(lambda c: limits.save_pool(c, replace(pool, slots=3, created_at=9, updated_at=9)))
        assert await database.read(limits.list_pools) == [replace(pool, slots=3, updated_at=9)]
        await database.write(lambda c: limits.delete_pool(c, "gpu"))
        with pytest.raises(NotFoundError):
            await database.write(lambda c: limits.delete_pool(c, "gpu"))
