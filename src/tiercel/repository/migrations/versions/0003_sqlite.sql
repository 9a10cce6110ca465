CREATE TABLE announcements (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	execution_id TEXT NOT NULL,
	number INTEGER NOT NULL,
	at BIGINT NOT NULL,
	task_run_count INTEGER NOT NULL,
	execution BLOB NOT NULL
);
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
