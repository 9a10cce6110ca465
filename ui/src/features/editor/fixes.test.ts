import { expect, test } from "vitest";
import { parseData } from "../../source/document";
import { applyEdits } from "../../source/edits";
import { type Fix, fixOf, isMisspelt, quoteAt } from "./fixes";
import { editsOf } from "./mending";

const FLOW = `id: f
namespace: n
tasks:
  - id: a
    type: io.kestra.core.tasks.log.Log   # an old name
    mesage: hello
`;

function mended(fix: Fix | undefined, text = FLOW): string {
  if (!fix) throw new Error("no fix");
  return applyEdits(text, editsOf(text, fix));
}

test("a property that is missing is added to its task", () => {
  const fix = fixOf({ detail: "must not be null", code: "required", pointer: "/tasks/0/message" }, FLOW, 0);
  expect(fix?.label).toBe("Add message");
  expect(parseData(mended(fix))).toMatchObject({ tasks: [{ message: "" }] });
});

test("a misspelt property gets the nearest name and keeps its value", () => {
  const issue = { detail: "", code: "unknown-property", pointer: "/tasks/0/mesage", hint: "Did you mean message?" };
  expect(mended(fixOf(issue, FLOW, 0))).toBe(FLOW.replace("mesage", "message"));
});

test("an old type gets its new name, and its comment stays", () => {
  const now = "io.kestra.plugin.core.log.Log";
  const issue = { detail: "", code: "renamed-type", pointer: "/tasks/0/type", hint: `Write ${now}` };
  expect(mended(fixOf(issue, FLOW, 0))).toBe(FLOW.replace("io.kestra.core.tasks.log.Log", now));
});

test("what is there under a wrong name is not added as well", () => {
  const missing = { detail: "", code: "required", pointer: "/tasks/0/message" };
  const misspelt = { detail: "", code: "unknown-property", pointer: "/tasks/0/mesage", hint: "Did you mean message?" };
  expect(isMisspelt(missing, [missing, misspelt])).toBe(true);
  expect(isMisspelt(missing, [missing, { ...misspelt, pointer: "/tasks/1/mesage" }])).toBe(false);
  expect(isMisspelt(misspelt, [missing, misspelt])).toBe(false);
});

test("an old name of a property gives way to the new one, its value stays", () => {
  const text = "inputs:\n  - name: day # of the run\n    type: DATE\n";
  const fix = fixOf({ detail: "", code: "deprecated", pointer: "/inputs/0/name", hint: "Write id" }, text, 0);
  expect(fix?.label).toBe("Rename to id");
  expect(mended(fix, text)).toBe(text.replace("name", "id"));
});

test("a name with a dash is put in brackets where it is read, and the rest of the text stays", () => {
  const text = `message: "{{ outputs.my-task.value }} of {{ outputs.my-task-2.value }}, {{ outputs.my-task.uri }}"\n`;
  const issue = { detail: "", code: "dash-after-dot", pointer: "/message", hint: "Write outputs['my-task']" };
  expect(parseData(mended(fixOf(issue, text, 0), text))).toEqual({
    message: "{{ outputs['my-task'].value }} of {{ outputs.my-task-2.value }}, {{ outputs['my-task'].uri }}",
  });
});

test("an expression without quotes is put in quotes", () => {
  const text = "a:\n  message: {{ inputs.day }} and more\n";
  const fix = quoteAt(text, text.indexOf("  message"));
  if (fix?.change.kind !== "edits") throw new Error("no fix");
  expect(parseData(applyEdits(text, fix.change.edits))).toEqual({ a: { message: "{{ inputs.day }} and more" } });
  const quoted = 'b: {{ kv("x") }}';
  const other = quoteAt(quoted, 0);
  if (other?.change.kind !== "edits") throw new Error("no fix");
  expect(parseData(applyEdits(quoted, other.change.edits))).toEqual({ b: '{{ kv("x") }}' });
});

test("what cannot be told is not offered", () => {
  expect(
    fixOf({ detail: "must be at least 1", code: "too-small", pointer: "/concurrency/limit" }, FLOW, 0),
  ).toBeUndefined();
});
