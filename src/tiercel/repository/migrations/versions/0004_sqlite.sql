CREATE TABLE firings (
	namespace TEXT NOT NULL,
	flow_id TEXT NOT NULL,
	trigger_id TEXT NOT NULL,
	backfill_id TEXT NOT NULL,
	at BIGINT NOT NULL,
	execution_id TEXT NOT NULL,
	is_open SMALLINT DEFAULT '0' NOT NULL,
	PRIMARY KEY (namespace, flow_id, trigger_id, backfill_id, at),
	CONSTRAINT is_open_flag CHECK (is_open IN (0, 1))
)
 WITHOUT ROWID;
CREATE INDEX firings_by_execution ON firings (execution_id);
CREATE INDEX firings_open ON firings (execution_id) WHERE is_open = 1;
CREATE TABLE leases (
	name TEXT NOT NULL,
	epoch INTEGER NOT NULL,
	owner TEXT,
	leased_until BIGINT NOT NULL,
	PRIMARY KEY (name)
);
CREATE TABLE triggers (
	namespace TEXT NOT NULL,
	flow_id TEXT NOT NULL,
	trigger_id TEXT NOT NULL,
	kind TEXT NOT NULL,
	definition TEXT NOT NULL,
	dialect TEXT NOT NULL,
	is_active SMALLINT DEFAULT '0' NOT NULL,
	is_disabled SMALLINT DEFAULT '0' NOT NULL,
	begin_at BIGINT,
	next_at BIGINT,
	look_at BIGINT,
	last_at BIGINT,
	fired_at BIGINT,
	evaluated_at BIGINT,
	backfill TEXT,
	backfill_id TEXT NOT NULL,
	execution_id TEXT,
	locked_at BIGINT,
	held_until BIGINT,
	reason TEXT NOT NULL,
	error TEXT,
	failed_at BIGINT,
	version INTEGER NOT NULL,
	updated_at BIGINT NOT NULL,
	PRIMARY KEY (namespace, flow_id, trigger_id),
	CONSTRAINT is_active_flag CHECK (is_active IN (0, 1)),
	CONSTRAINT is_disabled_flag CHECK (is_disabled IN (0, 1))
);
CREATE INDEX triggers_due ON triggers (look_at) WHERE look_at IS NOT NULL;
