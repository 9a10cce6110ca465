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
