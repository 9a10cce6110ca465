CREATE INDEX executions_by_duration ON executions (coalesce(ended_at - started_at, -1), id);
CREATE INDEX executions_by_end ON executions (coalesce(ended_at, -1), id);
CREATE INDEX executions_by_flow_id ON executions (flow_id, started_at);
CREATE INDEX executions_by_kind ON executions (kind, started_at) WHERE kind <> 'NORMAL';
