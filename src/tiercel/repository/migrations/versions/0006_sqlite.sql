CREATE TABLE preferences (
	user_name TEXT NOT NULL,
	"key" TEXT NOT NULL,
	value TEXT NOT NULL,
	updated_at BIGINT NOT NULL,
	PRIMARY KEY (user_name, "key")
)
 WITHOUT ROWID;
