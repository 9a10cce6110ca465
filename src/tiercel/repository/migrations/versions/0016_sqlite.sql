CREATE TABLE milestones (
	name TEXT NOT NULL,
	reached_at BIGINT NOT NULL,
	PRIMARY KEY (name)
);
