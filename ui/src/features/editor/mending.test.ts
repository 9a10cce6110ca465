import { expect, test } from "vitest";
import type { Issue } from "../../api/types";
import type { Reading } from "../../reading/reading";
import { applyEdits } from "../../source/edits";
import { tasksOf } from "../../source/tasks";
import { alike, mendingOf, sureOf } from "./mending";
import { allProblems, type Problem } from "./problems";

const FLOW = `id: old
namespace: shop # of ours
tasks:
  - id: each
    type: io.kestra.core.tasks.flows.EachSequential # long ago
    value: [a]
    tasks:
      - id: say
        type: io.kestra.core.tasks.log.Log
        mesage: "{{ outputs.a-b.value }}, {{ outputs.c-d.value }}" # to all
  - id: ask
    type: io.kestra.plugin.core.http.Request
    allowFailed: true
`;

const LOG = "io.kestra.plugin.core.log.Log";
const ISSUES: Issue[] = [
  issue("deprecated", "/tasks/0"),
  issue("renamed-type", "/tasks/0/type", "Write io.kestra.plugin.core.flow.EachSequential"),
  issue("renamed-type", "/tasks/0/tasks/0/type", `Write ${LOG}`),
  issue("unknown-property", "/tasks/0/tasks/0/mesage", "Did you mean message?"),
  issue("dash-after-dot", "/tasks/0/tasks/0/mesage", "Write outputs['a-b']"),
  issue("dash-after-dot", "/tasks/0/tasks/0/mesage", "Write outputs['c-d']"),
  issue("deprecated", "/tasks/1/allowFailed"),
  issue("required", "/tasks/1/uri"),
  issue("too-small", "/tasks/1/retry"),
];

function issue(code: string, pointer: string, hint?: string): Issue {
  return { code, pointer, detail: code, path: pointer, ...(hint !== undefined && { hint }) };
}

function problems(text: string, issues: Issue[], offsets: number[] = []): Problem[] {
  const errors = offsets.map((offset) => ({ message: "", offset }));
  return allProblems({ text, errors, issues, tasks: tasksOf(text) } as unknown as Reading, null, new Set());
}

test("all that is certain is mended at once, and nothing else changes", () => {
  const sure = sureOf(problems(FLOW, ISSUES));
  expect(sure).toHaveLength(7);
  expect(applyEdits(FLOW, mendingOf(FLOW, sure))).toBe(
    FLOW.replace("io.kestra.core.tasks.flows.EachSequential", "io.kestra.plugin.core.flow.ForEach")
      .replace("value: [a]", "values: [a]")
      .replace("io.kestra.core.tasks.log.Log", LOG)
      .replace("mesage:", "message:")
      .replace("    allowFailed: true", "    options:\n      allowFailed: true"),
  );
});

test("two names in one text are both put in brackets", () => {
  const dashes = problems(FLOW, ISSUES).filter(({ issue }) => issue?.code === "dash-after-dot");
  expect(applyEdits(FLOW, mendingOf(FLOW, dashes))).toBe(
    FLOW.replace("outputs.a-b.", "outputs['a-b'].").replace("outputs.c-d.", "outputs['c-d']."),
  );
});

test("those of one kind are found, and those that are to be decided are left out of all", () => {
  const found = problems(FLOW, ISSUES);
  const [old] = found.filter(({ issue }) => issue?.code === "renamed-type");
  if (!old) throw new Error("no problem");
  expect(alike(found, old)).toHaveLength(2);
  expect(sureOf(found).map(({ issue }) => issue?.code)).not.toContain("required");
});

test("texts that cannot be read are put in quotes together", () => {
  const text = "a:\n  one: {{ inputs.day }}\n  two: {{ inputs.x }} y\n";
  const found = problems(text, [], [text.indexOf("{{"), text.lastIndexOf("{{")]);
  expect(applyEdits(text, mendingOf(text, found))).toBe('a:\n  one: "{{ inputs.day }}"\n  two: "{{ inputs.x }} y"\n');
});

test("what is wrong with a task leads to its type", () => {
  const at = FLOW.slice(0, FLOW.indexOf("mesage")).split("\n").length;
  const [found] = problems(FLOW, [{ code: "unknown-property", detail: "", line: at, column: 9 }]);
  expect(found?.type).toBe("io.kestra.core.tasks.log.Log");
});
