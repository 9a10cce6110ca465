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
CREATE INDEX triggers_tools ON triggers (namespace, flow_id, trigger_id) WHERE kind = 'TOOL';
UPDATE triggers SET kind = 'TOOL' WHERE definition LIKE '%io.kestra.plugin.core.trigger.McpToolTrigger%'
  AND kind = 'EVENT';
