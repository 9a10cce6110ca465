import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { served } from "./stage";

/** Runs a program with the interpreter of the server, for what only it can make; gives what was printed. */
export function python(program: string, ...args: string[]): Buffer {
  const command = join(process.env.PYTHON_BIN ?? "../.venv/bin", "python");
  return execFileSync(command, ["-c", program, ...args], { maxBuffer: 64 * 1024 * 1024, timeout: 180_000 });
}

const COPIES = `
import sqlite3, sys
database, execution, count = sys.argv[1:]
raw = sqlite3.connect(database, timeout=60)
columns = [row[1] for row in raw.execute("PRAGMA table_info(executions)")]
changed = {
    "id": "printf('%s%014d', substr(id, -8), n)",
    "started_at": "started_at - n * 1000",
    "ended_at": "ended_at - n * 1000",
    "state": "CASE WHEN n % 7 = 0 THEN 'FAILED' ELSE 'SUCCESS' END",
}
taken = ", ".join(changed.get(name, '"' + name + '"') for name in columns)
names = ", ".join('"' + name + '"' for name in columns)
raw.execute(
    "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?) "
    f"INSERT INTO executions ({names}) SELECT {taken} FROM numbers, (SELECT * FROM executions WHERE id = ?)",
    (int(count), execution),
)
raw.commit()
`;

const LINES = `
import sqlite3, sys
database, execution, count = sys.argv[1:]
raw = sqlite3.connect(database, timeout=60)
raw.execute(
    "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?) "
    "INSERT INTO logs (at, level, message, namespace, flow_id, execution_id, task_id, task_run_id, attempt_number, "
    "execution_kind) SELECT started_at + n, CASE WHEN n % 1000 = 0 THEN 4 ELSE 2 END, "
    "printf('line %d of the file was read and written to the table', n), namespace, flow_id, id, 'say', 'run', 1, "
    "'NORMAL' FROM numbers, (SELECT * FROM executions WHERE id = ?)",
    (int(count), execution),
)
raw.commit()
`;

const database = (): string => join(served().home, "tiercel.db");

/** Stores so many executions like one there is, each a millisecond before the other. */
export function copyExecution(id: string, count: number): void {
  python(COPIES, database(), id, String(count));
}

/** Stores so many lines of an execution. */
export function addLines(id: string, count: number): void {
  python(LINES, database(), id, String(count));
}
