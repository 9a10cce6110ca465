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
CREATE TABLE trigger_states (
	namespace TEXT NOT NULL,
	flow_id TEXT NOT NULL,
	trigger_id TEXT NOT NULL,
	state TEXT NOT NULL,
	updated_at BIGINT NOT NULL,
	PRIMARY KEY (namespace, flow_id, trigger_id)
)
 WITHOUT ROWID;
