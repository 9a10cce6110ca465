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
CREATE INDEX metrics_by_time ON metrics (at);
