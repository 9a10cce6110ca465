import fc from "fast-check";
import { expect, test } from "vitest";
import { CORPUS } from "./corpus";
import { parseData } from "./document";
import { applyEdits } from "./edits";
import { applyToData, type Data, type Intent, isMap, Refused, valueAt } from "./intents";
import { patch } from "./patch";
import { Patcher } from "./patcher";
import { tasksOf } from "./tasks";

/** An intent within each task of a text, such as forms have. */
function intentsOf(text: string): Intent[] {
  const data = parseData(text);
  if (data === undefined) return [];
  return tasksOf(text).flatMap(({ path }): Intent[] => {
    const task = valueAt(data, path);
    if (!isMap(task)) return [];
    const own = Object.keys(task).filter((key) => key !== "id" && key !== "type");
    return [
      { kind: "set", path: [...path, "added"], value: { list: ["a"], text: "two\nlines\n" } },
      ...own.map((key): Intent => ({ kind: "set", path: [...path, key], value: "changed: yes" })),
      ...own.map((key): Intent => ({ kind: "remove", path: [...path, key] })),
      ...own.map((key): Intent => ({ kind: "rename", path: [...path, key], key: `${key}2` })),
    ];
  });
}

test.each(Object.entries(CORPUS))(
  "what is found from the lines of a task is what the whole text tells: %s",
  (_, text) => {
    const plain = text.replaceAll("\r\n", "\n");
    const patcher = new Patcher();
    for (const intent of intentsOf(plain)) {
      const whole = attempt(() => patch(plain, intent).text);
      const part = attempt(() => applyEdits(plain, patcher.patch(plain, intent, tasksOf(plain)).edits));
      expect([intent, part]).toEqual([intent, whole]);
    }
  },
);

test("key after key in one field comes out as the last", () => {
  const long = `id: f\ntasks:\n${Array.from({ length: 20 }, (_, at) => `  - id: t${at}\n    type: t.T\n    message: m${at} # kept\n`).join("")}`;
  fc.assert(
    fc.property(fc.array(fc.string(), { minLength: 1, maxLength: 6 }), fc.nat(19), (values, index) => {
      const patcher = new Patcher();
      let text = long;
      let data: Data = parseData(long) ?? null;
      for (const value of values) {
        const intent: Intent = { kind: "set", path: ["tasks", index, "message"], value };
        text = applyEdits(text, patcher.patch(text, intent, tasksOf(text)).edits);
        data = applyToData(data, intent);
        expect(parseData(text)).toEqual(data);
      }
      expect(text.match(/# kept/g)).toHaveLength(20);
    }),
    { numRuns: 60 },
  );
});

function attempt(work: () => string): string {
  try {
    return work();
  } catch (error) {
    if (error instanceof Refused) return `refused: ${error.message}`;
    throw error;
  }
}
