CREATE TABLE breakers (
	namespace TEXT NOT NULL,
	flow_id TEXT NOT NULL,
	opened_at BIGINT NOT NULL,
	reason TEXT NOT NULL,
	PRIMARY KEY (namespace, flow_id)
)
 WITHOUT ROWID;
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
CREATE TABLE limit_starts (
	scope TEXT NOT NULL,
	at BIGINT NOT NULL,
	execution_id TEXT NOT NULL,
	expires_at BIGINT NOT NULL,
	PRIMARY KEY (scope, at, execution_id)
)
 WITHOUT ROWID;
CREATE INDEX limit_starts_by_end ON limit_starts (expires_at);
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
