CREATE TABLE announcements (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	execution_id TEXT NOT NULL,
	number INTEGER NOT NULL,
	at BIGINT NOT NULL,
	task_run_count INTEGER NOT NULL,
	execution BLOB NOT NULL
);
CREATE TABLE api_tokens (
	id TEXT NOT NULL,
	user_name TEXT NOT NULL,
	name TEXT NOT NULL,
	token_hash TEXT NOT NULL,
	created_at BIGINT NOT NULL,
	expires_at BIGINT,
	used_at BIGINT,
	PRIMARY KEY (id)
);
CREATE UNIQUE INDEX api_tokens_by_hash ON api_tokens (token_hash);
CREATE UNIQUE INDEX api_tokens_by_user ON api_tokens (user_name, name);
CREATE TABLE audit (
	number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	at BIGINT NOT NULL,
	actor TEXT NOT NULL,
	action TEXT NOT NULL,
	resource TEXT NOT NULL,
	namespace TEXT NOT NULL,
	id TEXT NOT NULL
);
CREATE INDEX audit_by_time ON audit (at);
CREATE TABLE breakers (
	namespace TEXT NOT NULL,
	flow_id TEXT NOT NULL,
	opened_at BIGINT NOT NULL,
	reason TEXT NOT NULL,
	PRIMARY KEY (namespace, flow_id)
)
 WITHOUT ROWID;
CREATE TABLE dashboard_revisions (
	id TEXT NOT NULL,
	revision INTEGER NOT NULL,
	source TEXT NOT NULL,
	title TEXT NOT NULL,
	description TEXT,
	created_at BIGINT NOT NULL,
	PRIMARY KEY (id, revision),
	CONSTRAINT revision_positive CHECK (revision >= 1)
);
CREATE TABLE dashboards (
	id TEXT NOT NULL,
	revision INTEGER NOT NULL,
	title TEXT NOT NULL,
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	is_deleted SMALLINT DEFAULT '0' NOT NULL,
	PRIMARY KEY (id),
	CONSTRAINT revision_positive CHECK (revision >= 1),
	CONSTRAINT is_deleted_flag CHECK (is_deleted IN (0, 1))
);
CREATE TABLE default_dashboards (
	place TEXT NOT NULL,
	dashboard_id TEXT NOT NULL,
	PRIMARY KEY (place),
	CONSTRAINT place_known CHECK (place IN ('home', 'flow', 'namespace'))
);
CREATE TABLE execution_labels (
	"key" TEXT NOT NULL,
	value TEXT NOT NULL,
	execution_id TEXT NOT NULL,
	PRIMARY KEY ("key", value, execution_id)
)
 WITHOUT ROWID;
CREATE INDEX execution_labels_by_execution ON execution_labels (execution_id);
CREATE TABLE executions (
	id TEXT NOT NULL,
	namespace TEXT NOT NULL,
	flow_id TEXT NOT NULL,
	revision INTEGER NOT NULL,
	dialect TEXT NOT NULL,
	state TEXT NOT NULL,
	history TEXT NOT NULL,
	started_at BIGINT NOT NULL,
	ended_at BIGINT,
	shard INTEGER NOT NULL,
	inputs TEXT,
	outputs TEXT,
	variables TEXT,
	labels TEXT,
	"trigger" TEXT,
	trigger_execution_id TEXT,
	parent_id TEXT,
	parent_task_run_id TEXT,
	loop_task_id TEXT,
	iteration TEXT,
	iteration_index INTEGER,
	original_id TEXT,
	kind TEXT NOT NULL,
	attempt_number INTEGER NOT NULL,
	original_created_at BIGINT NOT NULL,
	scheduled_at BIGINT,
	breakpoints TEXT,
	is_over SMALLINT DEFAULT '0' NOT NULL,
	is_deleted SMALLINT DEFAULT '0' NOT NULL,
	version INTEGER NOT NULL,
	error TEXT,
	notes TEXT,
	PRIMARY KEY (id),
	CONSTRAINT state_known CHECK (state IN ('CREATED', 'SUBMITTED', 'RUNNING', 'PAUSED', 'RESTARTED', 'KILLING', 'QUEUED', 'RETRYING', 'BREAKPOINT', 'SUCCESS', 'WARNING', 'SKIPPED', 'RETRIED', 'RESUBMITTED', 'FAILED', 'KILLED', 'CANCELLED')),
	CONSTRAINT kind_known CHECK (kind IN ('NORMAL', 'TEST', 'PLAYGROUND', 'LOOP')),
	CONSTRAINT is_over_flag CHECK (is_over IN (0, 1))
);
CREATE INDEX executions_by_duration ON executions (coalesce(ended_at - started_at, -1), id);
CREATE INDEX executions_by_end ON executions (coalesce(ended_at, -1), id);
CREATE INDEX executions_by_flow ON executions (namespace, flow_id, started_at, is_deleted);
CREATE INDEX executions_by_flow_id ON executions (flow_id, started_at, is_deleted);
CREATE INDEX executions_by_kind ON executions (kind, started_at) WHERE kind <> 'NORMAL';
CREATE INDEX executions_by_parent ON executions (parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX executions_by_start ON executions (started_at, id, is_deleted);
CREATE INDEX executions_by_state ON executions (state, started_at, is_deleted);
CREATE INDEX executions_by_trigger ON executions (trigger_execution_id) WHERE trigger_execution_id IS NOT NULL;
CREATE INDEX executions_live ON executions (namespace, flow_id, state) WHERE is_over = 0 AND kind <> 'LOOP';
CREATE INDEX executions_open ON executions (shard, id) WHERE is_over = 0;
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
CREATE TABLE flow_labels (
	"key" TEXT NOT NULL,
	value TEXT NOT NULL,
	namespace TEXT NOT NULL,
	flow_id TEXT NOT NULL,
	PRIMARY KEY ("key", value, namespace, flow_id)
)
 WITHOUT ROWID;
CREATE INDEX flow_labels_by_flow ON flow_labels (namespace, flow_id);
CREATE TABLE flow_revisions (
	namespace TEXT NOT NULL,
	id TEXT NOT NULL,
	revision INTEGER NOT NULL,
	source TEXT NOT NULL,
	dialect TEXT NOT NULL,
	description TEXT,
	labels TEXT,
	created_at BIGINT NOT NULL,
	is_disabled SMALLINT DEFAULT '0' NOT NULL,
	is_draft SMALLINT DEFAULT '0' NOT NULL,
	author TEXT,
	origin TEXT,
	PRIMARY KEY (namespace, id, revision),
	CONSTRAINT revision_positive CHECK (revision >= 1)
);
CREATE TABLE flows (
	namespace TEXT NOT NULL,
	id TEXT NOT NULL,
	revision INTEGER NOT NULL,
	dialect TEXT NOT NULL,
	description TEXT,
	labels TEXT,
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	is_disabled SMALLINT DEFAULT '0' NOT NULL,
	is_draft SMALLINT DEFAULT '0' NOT NULL,
	is_deleted SMALLINT DEFAULT '0' NOT NULL,
	PRIMARY KEY (namespace, id),
	CONSTRAINT revision_positive CHECK (revision >= 1),
	CONSTRAINT is_deleted_flag CHECK (is_deleted IN (0, 1))
)
 WITHOUT ROWID;
CREATE INDEX flows_by_id ON flows (id, namespace);
CREATE TABLE gathered_events (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	namespace TEXT NOT NULL,
	flow_id TEXT NOT NULL,
	trigger_id TEXT NOT NULL,
	"key" TEXT NOT NULL,
	event_id TEXT NOT NULL,
	at BIGINT NOT NULL,
	event BLOB NOT NULL
);
CREATE UNIQUE INDEX gathered_events_by_id ON gathered_events (event_id);
CREATE INDEX gathered_events_by_trigger ON gathered_events (namespace, flow_id, trigger_id, "key", id);
CREATE TABLE gatherings (
	namespace TEXT NOT NULL,
	flow_id TEXT NOT NULL,
	trigger_id TEXT NOT NULL,
	"key" TEXT NOT NULL,
	execution_id TEXT NOT NULL,
	count INTEGER NOT NULL,
	begun_at BIGINT NOT NULL,
	due_at BIGINT NOT NULL,
	error TEXT,
	PRIMARY KEY (namespace, flow_id, trigger_id, "key")
)
 WITHOUT ROWID;
CREATE INDEX gatherings_due ON gatherings (due_at);
CREATE TABLE inbox (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	shard INTEGER NOT NULL,
	execution_id TEXT NOT NULL,
	event BLOB NOT NULL
);
CREATE INDEX inbox_by_shard ON inbox (shard, id);
CREATE TABLE jobs (
	execution_id TEXT NOT NULL,
	task_run_id TEXT NOT NULL,
	token INTEGER NOT NULL,
	shard INTEGER NOT NULL,
	work BLOB NOT NULL,
	worker_group TEXT NOT NULL,
	worker_id TEXT,
	leased_until BIGINT,
	PRIMARY KEY (execution_id, task_run_id)
)
 WITHOUT ROWID;
CREATE INDEX jobs_leased ON jobs (leased_until) WHERE worker_id IS NOT NULL;
CREATE INDEX jobs_waiting ON jobs (worker_group) WHERE worker_id IS NULL;
CREATE TABLE kv (
	namespace TEXT NOT NULL,
	"key" TEXT NOT NULL,
	type TEXT NOT NULL,
	value TEXT NOT NULL,
	revision INTEGER NOT NULL,
	description TEXT,
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	expires_at BIGINT,
	is_deleted SMALLINT DEFAULT '0' NOT NULL,
	PRIMARY KEY (namespace, "key"),
	CONSTRAINT type_known CHECK (type IN ('STRING', 'NUMBER', 'BOOLEAN', 'DATETIME', 'DATE', 'DURATION', 'JSON'))
);
CREATE INDEX kv_expiring ON kv (expires_at) WHERE expires_at IS NOT NULL;
CREATE TABLE leases (
	name TEXT NOT NULL,
	epoch INTEGER NOT NULL,
	owner TEXT,
	leased_until BIGINT NOT NULL,
	PRIMARY KEY (name)
);
CREATE TABLE limit_starts (
	scope TEXT NOT NULL,
	at BIGINT NOT NULL,
	execution_id TEXT NOT NULL,
	expires_at BIGINT NOT NULL,
	PRIMARY KEY (scope, at, execution_id)
)
 WITHOUT ROWID;
CREATE INDEX limit_starts_by_end ON limit_starts (expires_at);
CREATE TABLE logs (
	id INTEGER NOT NULL,
	at BIGINT NOT NULL,
	level SMALLINT NOT NULL,
	message TEXT NOT NULL,
	namespace TEXT NOT NULL,
	flow_id TEXT NOT NULL,
	execution_id TEXT,
	task_id TEXT,
	task_run_id TEXT,
	attempt_number INTEGER,
	trigger_id TEXT,
	thread TEXT,
	execution_kind TEXT NOT NULL,
	PRIMARY KEY (id),
	CONSTRAINT level_known CHECK (level BETWEEN 0 AND 4)
);
CREATE INDEX logs_by_execution ON logs (execution_id) WHERE execution_id IS NOT NULL;
CREATE INDEX logs_by_flow ON logs (namespace, flow_id, at);
CREATE INDEX logs_by_time ON logs (at);
CREATE INDEX logs_of_trouble ON logs (at) WHERE level >= 3;
CREATE TABLE mcp_servers (
	id TEXT NOT NULL,
	description TEXT,
	instructions TEXT,
	auth_type TEXT,
	has_platform_tools SMALLINT DEFAULT '0' NOT NULL,
	is_disabled SMALLINT DEFAULT '0' NOT NULL,
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	PRIMARY KEY (id),
	CONSTRAINT auth_type_known CHECK (auth_type IN ('BASIC', 'API_TOKEN')),
	CONSTRAINT has_platform_tools_flag CHECK (has_platform_tools IN (0, 1)),
	CONSTRAINT is_disabled_flag CHECK (is_disabled IN (0, 1))
)
 WITHOUT ROWID;
CREATE TABLE mcp_sessions (
	token_hash TEXT NOT NULL,
	server_id TEXT NOT NULL,
	user_name TEXT NOT NULL,
	version TEXT NOT NULL,
	created_at BIGINT NOT NULL,
	expires_at BIGINT NOT NULL,
	PRIMARY KEY (token_hash)
)
 WITHOUT ROWID;
CREATE INDEX mcp_sessions_by_end ON mcp_sessions (expires_at);
CREATE INDEX mcp_sessions_by_user ON mcp_sessions (user_name, created_at);
CREATE TABLE metrics (
	id INTEGER NOT NULL,
	at BIGINT NOT NULL,
	kind TEXT NOT NULL,
	name TEXT NOT NULL,
	value FLOAT NOT NULL,
	namespace TEXT NOT NULL,
	flow_id TEXT NOT NULL,
	execution_id TEXT NOT NULL,
	task_id TEXT NOT NULL,
	task_run_id TEXT NOT NULL,
	tags TEXT,
	execution_kind TEXT NOT NULL,
	PRIMARY KEY (id),
	CONSTRAINT kind_known CHECK (kind IN ('counter', 'timer', 'gauge'))
);
CREATE INDEX metrics_by_execution ON metrics (execution_id);
CREATE INDEX metrics_by_flow ON metrics (namespace, flow_id, at);
CREATE INDEX metrics_by_time ON metrics (at);
CREATE TABLE milestones (
	name TEXT NOT NULL,
	reached_at BIGINT NOT NULL,
	PRIMARY KEY (name)
);
CREATE TABLE namespace_files (
	namespace TEXT NOT NULL,
	path TEXT NOT NULL,
	revision INTEGER NOT NULL,
	size_bytes BIGINT NOT NULL,
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	is_directory SMALLINT DEFAULT '0' NOT NULL,
	is_deleted SMALLINT DEFAULT '0' NOT NULL,
	is_last SMALLINT DEFAULT '0' NOT NULL,
	PRIMARY KEY (namespace, path, revision)
)
 WITHOUT ROWID;
CREATE TABLE namespaces (
	id TEXT NOT NULL,
	description TEXT,
	variables TEXT NOT NULL,
	plugin_defaults TEXT NOT NULL,
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	PRIMARY KEY (id)
)
 WITHOUT ROWID;
CREATE TABLE notification_reads (
	user_name TEXT NOT NULL,
	notification_id TEXT NOT NULL,
	PRIMARY KEY (user_name, notification_id)
)
 WITHOUT ROWID;
CREATE TABLE notifications (
	id TEXT NOT NULL,
	type TEXT NOT NULL,
	title TEXT NOT NULL,
	namespace TEXT NOT NULL,
	flow_id TEXT NOT NULL,
	reference_id TEXT,
	total INTEGER NOT NULL,
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	PRIMARY KEY (id),
	CONSTRAINT total_positive CHECK (total >= 1)
);
CREATE INDEX notifications_by_time ON notifications (updated_at, id);
CREATE TABLE outputs (
	execution_id TEXT NOT NULL,
	task_run_id TEXT NOT NULL,
	value TEXT NOT NULL,
	PRIMARY KEY (execution_id, task_run_id)
)
 WITHOUT ROWID;
CREATE TABLE pools (
	name TEXT NOT NULL,
	slots INTEGER NOT NULL,
	description TEXT,
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	PRIMARY KEY (name),
	CONSTRAINT slots_known CHECK (slots >= 0)
)
 WITHOUT ROWID;
CREATE TABLE preferences (
	user_name TEXT NOT NULL,
	"key" TEXT NOT NULL,
	value TEXT NOT NULL,
	updated_at BIGINT NOT NULL,
	PRIMARY KEY (user_name, "key")
)
 WITHOUT ROWID;
CREATE TABLE removed_triggers (
	namespace TEXT NOT NULL,
	flow_id TEXT NOT NULL,
	trigger_id TEXT NOT NULL,
	state TEXT NOT NULL,
	removed_at BIGINT NOT NULL,
	PRIMARY KEY (namespace, flow_id, trigger_id)
)
 WITHOUT ROWID;
CREATE INDEX removed_triggers_by_time ON removed_triggers (removed_at);
CREATE TABLE secrets (
	namespace TEXT NOT NULL,
	"key" TEXT NOT NULL,
	value BLOB NOT NULL,
	description TEXT,
	tags TEXT NOT NULL,
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	PRIMARY KEY (namespace, "key")
)
 WITHOUT ROWID;
CREATE TABLE sessions (
	token_hash TEXT NOT NULL,
	user_name TEXT NOT NULL,
	created_at BIGINT NOT NULL,
	expires_at BIGINT NOT NULL,
	PRIMARY KEY (token_hash)
)
 WITHOUT ROWID;
CREATE INDEX sessions_by_end ON sessions (expires_at);
CREATE INDEX sessions_by_user ON sessions (user_name);
CREATE TABLE setup_tokens (
	token_hash TEXT NOT NULL,
	created_at BIGINT NOT NULL,
	PRIMARY KEY (token_hash)
)
 WITHOUT ROWID;
CREATE TABLE shards (
	shard INTEGER NOT NULL,
	epoch INTEGER NOT NULL,
	owner TEXT,
	leased_until BIGINT NOT NULL,
	PRIMARY KEY (shard)
);
CREATE TABLE task_runs (
	execution_id TEXT NOT NULL,
	id TEXT NOT NULL,
	task_id TEXT NOT NULL,
	number INTEGER NOT NULL,
	parent_id TEXT,
	section TEXT NOT NULL,
	value TEXT,
	iteration INTEGER,
	state TEXT NOT NULL,
	history TEXT NOT NULL,
	attempts TEXT,
	has_outputs SMALLINT DEFAULT '0' NOT NULL,
	outputs_uri TEXT,
	is_dynamic SMALLINT DEFAULT '0' NOT NULL,
	token INTEGER NOT NULL,
	items TEXT,
	retry_at BIGINT,
	notes TEXT,
	PRIMARY KEY (execution_id, id),
	CONSTRAINT state_known CHECK (state IN ('CREATED', 'SUBMITTED', 'RUNNING', 'PAUSED', 'RESTARTED', 'KILLING', 'QUEUED', 'RETRYING', 'BREAKPOINT', 'SUCCESS', 'WARNING', 'SKIPPED', 'RETRIED', 'RESUBMITTED', 'FAILED', 'KILLED', 'CANCELLED'))
)
 WITHOUT ROWID;
CREATE TABLE timers (
	execution_id TEXT NOT NULL,
	task_run_id TEXT NOT NULL,
	"key" TEXT NOT NULL,
	shard INTEGER NOT NULL,
	at BIGINT NOT NULL,
	PRIMARY KEY (execution_id, task_run_id, "key")
)
 WITHOUT ROWID;
CREATE TABLE trigger_memories (
	namespace TEXT NOT NULL,
	flow_id TEXT NOT NULL,
	trigger_id TEXT NOT NULL,
	group_id TEXT NOT NULL,
	ends_at BIGINT NOT NULL,
	memory BLOB NOT NULL,
	PRIMARY KEY (namespace, flow_id, trigger_id, group_id)
)
 WITHOUT ROWID;
CREATE INDEX trigger_memories_by_end ON trigger_memories (ends_at);
CREATE TABLE trigger_states (
	namespace TEXT NOT NULL,
	flow_id TEXT NOT NULL,
	trigger_id TEXT NOT NULL,
	state TEXT NOT NULL,
	updated_at BIGINT NOT NULL,
	PRIMARY KEY (namespace, flow_id, trigger_id)
)
 WITHOUT ROWID;
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
CREATE INDEX triggers_tools ON triggers (namespace, flow_id, trigger_id) WHERE kind = 'TOOL';
CREATE TABLE users (
	name TEXT NOT NULL,
	password_hash TEXT NOT NULL,
	grants TEXT NOT NULL,
	is_disabled SMALLINT DEFAULT '0' NOT NULL,
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	PRIMARY KEY (name),
	CONSTRAINT is_disabled_flag CHECK (is_disabled IN (0, 1))
);
CREATE TABLE watches (
	upstream_namespace TEXT NOT NULL,
	upstream_flow_id TEXT NOT NULL,
	namespace TEXT NOT NULL,
	flow_id TEXT NOT NULL,
	trigger_id TEXT NOT NULL,
	states TEXT NOT NULL,
	PRIMARY KEY (upstream_namespace, upstream_flow_id, namespace, flow_id, trigger_id)
)
 WITHOUT ROWID;
CREATE INDEX watches_by_flow ON watches (namespace, flow_id);
