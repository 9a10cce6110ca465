import { describe, expect, test } from "vitest";
import type { FlowInput } from "../../api/types";
import { type StartRequest, toCurl, toPython, toYaml } from "./requests";
import type { Values } from "./values";

const INPUTS: FlowInput[] = [
  { id: "name", type: "STRING" },
  { id: "count", type: "INT", defaults: 3 },
  { id: "parts", type: "MULTISELECT" },
  { id: "raw", type: "JSON" },
];

function request(values: Values, more: Partial<StartRequest> = {}): StartRequest {
  return {
    origin: "http://h",
    namespace: "a.b",
    id: "f",
    inputs: INPUTS,
    values,
    labels: [],
    isGuarded: false,
    ...more,
  };
}

describe("a start for a shell", () => {
  test("sends what differs from the defaults, whatever the shell would make of it", () => {
    expect(toCurl(request({ name: "it's @me; $HOME", count: "3" }))).toBe(
      "curl -X POST 'http://h/api/v1/main/executions/a.b/f' \\\n  --form-string 'name=it'\\''s @me; $HOME'",
    );
  });

  test("reads files, and shows a token where one is needed", () => {
    const text = toCurl(request({ name: new File(["x"], "a b.csv") }, { isGuarded: true, labels: ["team:data"] }));
    expect(text).toContain("-F 'name=@a b.csv'");
    expect(text).toContain('-H "Authorization: Bearer $TIERCEL_TOKEN"');
    expect(text).toContain("f?labels=team%3Adata'");
  });
});

test("a start for Python sends the same", () => {
  const text = toPython(request({ name: 'a "b"\n', count: "4" }, { scheduleDate: "2026-01-01T00:00:00Z" }));
  expect(text).toContain('    "name": (None, "a \\"b\\"\\n"),\n    "count": (None, "4"),');
  expect(text).toContain("f?scheduleDate=2026-01-01T00%3A00%3A00Z");
  expect(toPython(request({}))).not.toContain("files=");
});

test("a start from a flow has values of their types", () => {
  const text = toYaml(request({ name: "yes", count: "4", parts: '["a"]', raw: "{" }, { labels: ["team:data:x"] }));
  expect(text).toBe(
    [
      "id: run_f",
      "type: io.kestra.plugin.core.flow.Subflow",
      "namespace: a.b",
      "flowId: f",
      "inputs:",
      '  name: "yes"',
      "  count: 4",
      '  parts: ["a"]',
      '  raw: "{"',
      "labels:",
      '  team: "data:x"',
    ].join("\n"),
  );
});
