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
