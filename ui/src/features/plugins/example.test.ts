import { expect, test } from "vitest";
import { parse } from "yaml";
import { exampleOf } from "./example";

test("a task is told what it must be told, and nothing else", () => {
  const schema = {
    required: ["id", "type", "uri", "method", "count", "tasks"],
    properties: {
      uri: { type: "string" },
      method: { enum: ["GET", "POST"] },
      count: { type: "integer", minimum: 3 },
      tasks: { type: "array" },
      timeout: { type: "string" },
    },
  };
  const flow = parse(exampleOf("a.b.HttpRequest", schema, false)) as { tasks: Record<string, unknown>[] };
  expect(flow.tasks).toHaveLength(1);
  expect(flow.tasks[0]).toMatchObject({ id: "http_request", type: "a.b.HttpRequest", method: "GET", count: 3 });
  expect(flow.tasks[0]).not.toHaveProperty("timeout");
  expect(flow.tasks[0]?.tasks).toHaveLength(1);
});

test("a trigger comes with a task to start", () => {
  const flow = parse(exampleOf("a.Schedule", { required: ["cron"], properties: { cron: { type: "string" } } }, true));
  expect(flow).toMatchObject({ tasks: [{ id: "hello" }], triggers: [{ id: "start", cron: "0 9 * * *" }] });
});

test("structures are filled as deep as they must be", () => {
  const schema = {
    required: ["options"],
    properties: {
      options: { type: "object", required: ["wait"], properties: { wait: { type: "string", format: "duration" } } },
    },
  };
  expect(parse(exampleOf("a.B", schema, false))).toMatchObject({ tasks: [{ options: { wait: "PT5M" } }] });
});
