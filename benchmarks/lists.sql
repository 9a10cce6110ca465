-- The rows of B8, made inside the database from a table seed (n, id, at).
INSERT INTO executions (id, namespace, flow_id, revision, dialect, state, history, started_at, ended_at, shard, inputs, labels, kind, attempt_number, original_created_at, is_over, version, trigger_execution_id)
  SELECT id, printf('company.team%d', n % 20), printf('flow%d', n % 200), 1, '2.0', CASE WHEN n % 100 < 85 THEN 'SUCCESS' WHEN n % 100 < 95 THEN 'FAILED' WHEN n % 100 < 99 THEN 'WARNING' ELSE 'KILLED' END, printf('[["CREATED",%d],["RUNNING",%d],["%s",%d]]', at, at + 1000, CASE WHEN n % 100 < 85 THEN 'SUCCESS' WHEN n % 100 < 95 THEN 'FAILED' WHEN n % 100 < 99 THEN 'WARNING' ELSE 'KILLED' END, at + 1000 + n * 7919 % 1000000), at, at + 1000 + n * 7919 % 1000000, n % 64,
  printf('{"customer":"customer number %d","order":"order-%d"}', n % 5000, n),
  printf('[["colour","%s"],["number","%d"]]', CASE n % 3 WHEN 0 THEN 'red' WHEN 1 THEN 'green' ELSE 'blue' END, n), 'NORMAL', 1, at, 1, 5,
  CASE WHEN n % 50 = 8 THEN printf('e%021d', n - 1) END
  FROM seed;

INSERT INTO execution_labels
  SELECT 'colour', CASE n % 3 WHEN 0 THEN 'red' WHEN 1 THEN 'green' ELSE 'blue' END, id
  FROM seed ORDER BY 2, 3;

INSERT INTO execution_labels
  SELECT 'number', CAST(n AS TEXT), id
  FROM seed ORDER BY 2;

INSERT INTO task_runs (execution_id, id, task_id, number, section, state, history, token)
  SELECT id, id, 'hello', 0, 'tasks', CASE WHEN n % 100 < 85 THEN 'SUCCESS' WHEN n % 100 < 95 THEN 'FAILED' WHEN n % 100 < 99 THEN 'WARNING' ELSE 'KILLED' END, printf('[["CREATED",%d],["RUNNING",%d],["%s",%d]]', at, at + 1000, CASE WHEN n % 100 < 85 THEN 'SUCCESS' WHEN n % 100 < 95 THEN 'FAILED' WHEN n % 100 < 99 THEN 'WARNING' ELSE 'KILLED' END, at + 1000 + n * 7919 % 1000000), 1
  FROM seed;

INSERT INTO logs (at, level, message, namespace, flow_id, execution_id, task_id, task_run_id, attempt_number, execution_kind)
  SELECT at, CASE WHEN n % 100 < 90 THEN 2 WHEN n % 100 < 98 THEN 3 ELSE 4 END, printf('This is line %d for customer number %d', n, n % 5000), printf('company.team%d', n % 20), printf('flow%d', n % 200), id, 'hello', id, 1, 'NORMAL'
  FROM seed;
