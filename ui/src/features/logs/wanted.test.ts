import { expect, test } from "vitest";
import type { LogLine } from "../../api/types";
import { isWanted } from "./wanted";

const PAGE = { page: 1, size: 10 };
const line = (part: Partial<LogLine>): LogLine => ({
  namespace: "a.b",
  flowId: "f",
  timestamp: "2026-01-01T00:00:00Z",
  level: "INFO",
  message: "Rows are read",
  ...part,
});

test.each([
  [{}, {}, true],
  [{ executionKind: "TEST" as const }, {}, false],
  [{}, { namespace: "a" }, true],
  [{}, { namespace: "a.b" }, true],
  [{ namespace: "ab" }, { namespace: "a" }, false],
  [{}, { flow: "g" }, false],
  [{}, { level: "WARN" as const }, false],
  [{ level: "ERROR" as const }, { level: "WARN" as const }, true],
  [{}, { text: "rows ARE" }, true],
  [{}, { text: "columns" }, false],
])("a line %o is among those of %o: %s", (part, filter, isThere) => {
  expect(isWanted(line(part), { ...PAGE, ...filter })).toBe(isThere);
});
