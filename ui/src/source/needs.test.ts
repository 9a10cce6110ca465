import { expect, test } from "vitest";
import { needsOf } from "./needs";

test("inputs and outputs that a task looks at are found, as deep as it looks", () => {
  const text = `
    message: "{{ inputs.day }} and {{ outputs.load.rows[0].size | upper }} {{ inputs['other'] ?? 'inputs.no' }}"
    more: "{{ outputs.load.uri }} {{ outputs['my-task'].value }} {{ trigger.date }} {{ taskrun.value }} {{ taskrun.id }}"
    plain: inputs.ignored
    done: "{% if outputs.check.ok %}yes{% endif %}"`;
  expect(needsOf(text)).toEqual({
    inputs: ["day", "other"],
    variables: {
      outputs: { load: { rows: "", uri: "" }, "my-task": { value: "" }, check: { ok: "" } },
      trigger: { date: "" },
      taskrun: { value: "" },
    },
  });
});

test("what only looks like a place is none", () => {
  expect(needsOf("{{ myinputs.day }} {{ a.outputs.b }} {{ 'outputs.load' }} {{ outputs }}")).toEqual({
    inputs: [],
    variables: {},
  });
});

test("a place that is looked at whole and inside keeps what is inside", () => {
  expect(needsOf("{{ outputs.a.b }} {{ outputs.a }}").variables).toEqual({ outputs: { a: { b: "" } } });
  expect(needsOf("{{ outputs.a }} {{ outputs.a.b }}").variables).toEqual({ outputs: { a: { b: "" } } });
});
