import { expect, test } from "vitest";
import { parse } from "yaml";
import { exampleOf, partsOf } from "./example";

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

const MARKDOWN = `Writes a line.

## Example

\`\`\`yaml
type: a.b.WriteLine
# to whom
lines:

  - "{{ inputs.name }}"
\`\`\`

## More
`;

test("what the documentation shows of a task stands in the flow as it is written", () => {
  const { example, text } = partsOf(MARKDOWN);
  expect(text).toBe("Writes a line.\n\n## More\n");
  expect(exampleOf("a.b.WriteLine", {}, false, example)).toBe(`id: example
namespace: company.team

tasks:
  - id: write_line
    type: a.b.WriteLine
    # to whom
    lines:

      - "{{ inputs.name }}"
`);
});

test("a trigger stands beside a task, and an id that is shown is kept", () => {
  const flow = parse(exampleOf("a.b.Timer", {}, true, "id: tick\ntype: a.b.Timer\n")) as Record<string, unknown[]>;
  expect(flow.tasks).toHaveLength(1);
  expect(flow.triggers).toEqual([{ id: "tick", type: "a.b.Timer" }]);
});

test("documentation without an example is left as it is", () => {
  expect(partsOf("Just words.\n")).toEqual({ example: undefined, text: "Just words.\n" });
});
