DROP INDEX executions_by_flow;
DROP INDEX executions_by_flow_id;
DROP INDEX executions_by_start;
DROP INDEX executions_by_state;
CREATE INDEX executions_by_flow ON executions (namespace, flow_id, started_at, is_deleted);
CREATE INDEX executions_by_flow_id ON executions (flow_id, started_at, is_deleted);
CREATE INDEX executions_by_start ON executions (started_at, id, is_deleted);
CREATE INDEX executions_by_state ON executions (state, started_at, is_deleted);
