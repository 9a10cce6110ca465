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
