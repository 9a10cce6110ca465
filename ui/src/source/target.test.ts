import { expect, test } from "vitest";
import { targetAt } from "./target";
import { tasksOf } from "./tasks";

const TEXT = `id: a
inputs:
  - id: day
    type: DATE
  - {id: count, type: INT}
tasks:
  - id: load-all
    type: x
  - id: id
    type: x
    message: "{{ outputs['load-all'].uri }} {{ inputs.count }} {{ outputs.other.value }}"
  - id: other
    type: x
    dependsOn: [load-all]
`;
const places = tasksOf(TEXT);

test.each([
  ["outputs['load-all']", "id: load-all"],
  ["load-all'].uri", "id: load-all"],
  ["inputs.count", "id: count"],
  ["other.value", "id: other"],
  ["load-all]", "id: load-all"],
])("%s leads to %s", (from, to) => {
  const found = targetAt(TEXT, TEXT.indexOf(from) + 2, places) ?? -1;
  expect(
    TEXT.slice(found)
      .replace(/^[- {]*/, "")
      .startsWith(to),
  ).toBe(true);
});

test("what names nothing leads nowhere", () => {
  expect(targetAt(TEXT, TEXT.indexOf("DATE"), places)).toBeUndefined();
  expect(targetAt("{{ inputs.day }}", 6, [])).toBeUndefined();
});
