import { expect, test } from "vitest";
import { groupsOf } from "./groups";

const PLUGINS = [
  {
    name: "core",
    title: "core",
    group: "io.kestra.plugin.core",
    tasks: [
      { cls: "io.kestra.plugin.core.log.Log", title: "Writes lines." },
      { cls: "io.kestra.plugin.core.http.Request", title: "Sends a request." },
      { cls: "io.kestra.plugin.core.http.Old", title: "Sends a request.", deprecated: true },
    ],
    triggers: [{ cls: "io.kestra.plugin.core.http.Trigger", title: "Asks again and again." }],
  },
];
const names = (text: string, kind?: "tasks" | "triggers"): string[] =>
  groupsOf(PLUGINS, text, kind).flatMap(({ name, types }) =>
    types.map(({ cls }) => `${name} ${cls.split(".").at(-1)}`),
  );

test("types stand in the group they are of, without those that should not be used", () => {
  expect(names("")).toEqual(["core.http Request", "core.http Trigger", "core.log Log"]);
});

test("every word must be in the type or what it does", () => {
  expect(names("request http")).toEqual(["core.http Request"]);
  expect(names("nothing")).toEqual([]);
});

test("one kind can be shown alone", () => {
  expect(names("", "triggers")).toEqual(["core.http Trigger"]);
});
