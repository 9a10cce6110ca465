import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseData } from "./document";
import { applyEdits, chainEdits, type TextEdit } from "./edits";
import { patchAll } from "./patchAll";
import { replacementOf } from "./replacing";

type Place = (string | number)[];

/** The text once what stands at a place is written as it is today. */
function replaced(text: string, place: Place): string | undefined {
  const found = replacementOf(parseData(text) ?? null, place);
  if (!found) return undefined;
  const done = patchAll(text, found.steps);
  expect(applyEdits(text, done.edits)).toBe(done.text);
  return done.text;
}

const FIRST: Place = ["tasks", 0];

describe("types", () => {
  test("EachSequential becomes a ForEach, and every comment stays", () => {
    const text = `tasks:
  # for each day
  - id: each
    type: io.kestra.plugin.core.flow.EachSequential   # as long ago
    value: '["a", "b"]' # the days
    tasks:
      - id: show # inner
        type: io.kestra.plugin.core.log.Log
        message: "{{ taskrun.value }}"
`;
    const expected = text.replace("flow.EachSequential", "flow.ForEach").replace("    value: '[", "    values: '[");
    expect(replaced(text, FIRST)).toBe(expected);
  });

  test("the name of old packages is known too", () => {
    const text =
      "tasks:\n  - id: e\n    type: io.kestra.core.tasks.flows.EachSequential\n    value: [1]\n    tasks: []\n";
    expect(replaced(text, FIRST)).toBe(
      text
        .replace("io.kestra.core.tasks.flows.EachSequential", "io.kestra.plugin.core.flow.ForEach")
        .replace("value", "values"),
    );
  });

  test("EachParallel becomes a ForEach without a limit, written behind its values", () => {
    const text = `tasks:
  - id: each
    type: io.kestra.plugin.core.flow.EachParallel
    value: [a, b] # all
    tasks:
      - id: show
        type: io.kestra.plugin.core.log.Log
        message: x
`;
    const expected = text
      .replace("EachParallel", "ForEach")
      .replace("    value: [a, b] # all\n", "    values: [a, b] # all\n    concurrencyLimit: 0\n");
    expect(replaced(text, FIRST)).toBe(expected);
  });

  test("the limit of an EachParallel is kept, and with several tasks the new type is not quite the same", () => {
    const text = `tasks:
  - {id: each, type: io.kestra.plugin.core.flow.EachParallel, concurrent: 2, value: [a], tasks: [{id: b}, {id: c}]}
`;
    expect(replaced(text, FIRST)).toBe(
      text.replace("EachParallel", "ForEach").replace("concurrent: 2, value", "concurrencyLimit: 2, values"),
    );
    expect(replacementOf(parseData(text) ?? null, FIRST)?.isOther).toBe(true);
    const single = text.replace(", {id: c}", "");
    expect(replacementOf(parseData(single) ?? null, FIRST)?.isOther).toBe(false);
  });

  test("Echo becomes a Log", () => {
    const text =
      "tasks:\n  - id: say\n    type: io.kestra.core.tasks.debugs.Echo\n    format: hello # to all\n    level: WARN\n";
    expect(replaced(text, FIRST)).toBe(
      text.replace("io.kestra.core.tasks.debugs.Echo", "io.kestra.plugin.core.log.Log").replace("format", "message"),
    );
  });

  test("what has no certain successor has none here", () => {
    for (const type of ["execution.Count", "flow.Template", "state.Set", "flow.ForEach"]) {
      expect(replaced(`tasks:\n  - id: a\n    type: io.kestra.plugin.core.${type}\n`, FIRST)).toBeUndefined();
    }
  });
});

/** Each: the type, the lines of the old property, its name, and what stands there then. */
const PROPERTIES: [string, string, string, string | undefined][] = [
  ["core.http.Request", "allowFailed: true # for now", "allowFailed", "options:\n  allowFailed: true # for now"],
  [
    "core.http.Request",
    "# who signs\nsslOptions:\n  # nobody\n  insecureTrustAllCertificates: true",
    "sslOptions",
    "# who signs\noptions:\n  ssl:\n    # nobody\n    insecureTrustAllCertificates: true",
  ],
  [
    "core.http.Download",
    "options:\n  followRedirects: false # never\nallowFailed: true",
    "allowFailed",
    "options:\n  followRedirects: false # never\n  allowFailed: true",
  ],
  ["core.http.Request", "options: {allowFailed: false}\nallowFailed: true", "allowFailed", undefined],
  ["jdbc.postgresql.Query", "fetchOne: true # just one", "fetchOne", "fetchType: FETCH_ONE # just one"],
  ["jdbc.sqlite.Query", "store: false\nsql: select 1", "store", "sql: select 1"],
  ["jdbc.sqlite.Query", "store: true\nfetch: true", "store", undefined],
  ["jdbc.sqlite.Query", 'fetch: "{{ inputs.all }}"', "fetch", undefined],
  ["core.flow.Pause", "delay: PT5M # a while", "delay", "pauseDuration: PT5M # a while"],
  ["core.trigger.Schedule", "scheduleConditions: [] # none", "scheduleConditions", "conditions: [] # none"],
  ["core.kv.PurgeKV", "expiredOnly: false", "expiredOnly", "behavior:\n  expiredOnly: false"],
  [
    "scripts.python.Script",
    "runner: PROCESS # here",
    "runner",
    "taskRunner:\n  type: io.kestra.plugin.core.runner.Process # here",
  ],
  ["scripts.python.Script", "runner: DOCKER\ndocker:\n  image: python", "runner", undefined],
  [
    "scripts.python.Script",
    "runner: DOCKER\ndocker:\n  image: python:3.12",
    "docker",
    "runner: DOCKER\ncontainerImage: python:3.12",
  ],
  [
    "scripts.shell.Commands",
    "docker:\n  image: alpine\ncommands: [ls]",
    "docker",
    "containerImage: alpine\ntaskRunner:\n  type: io.kestra.plugin.scripts.runner.docker.Docker\ncommands: [ls]",
  ],
  ["scripts.shell.Commands", "docker:\n  image: alpine\n  user: root", "docker", undefined],
  ["scripts.shell.Commands", "warningOnStdErr: false\ncommands: [ls]", "warningOnStdErr", "commands: [ls]"],
];

test.each(PROPERTIES)("a property of %s: %s", (type, before, key, after) => {
  const text = (lines: string): string =>
    `tasks:\n  - id: a\n    type: io.kestra.plugin.${type}\n${lines.replace(/^/gm, "    ")}\n\n  - id: next # stays\n`;
  expect(replaced(text(before), [...FIRST, key])).toBe(after === undefined ? undefined : text(after));
});

test("several changes, one after another, are one", () => {
  const word = fc.string({ maxLength: 3 });
  const step = fc.array(fc.tuple(fc.nat(12), fc.nat(3), word), { maxLength: 3 });
  fc.assert(
    fc.property(fc.string({ maxLength: 12 }), fc.array(step, { maxLength: 4 }), (text, given) => {
      const steps: TextEdit[][] = [];
      let after = text;
      for (const one of given) {
        let at = 0;
        const edits = one.flatMap(([skipped, gone, insert]) => {
          const from = Math.min(at + skipped, after.length);
          at = Math.min(from + gone, after.length);
          return [{ from, to: at, insert }];
        });
        steps.push(edits);
        after = applyEdits(after, edits);
      }
      const all = chainEdits(text.length, steps);
      expect(applyEdits(text, all)).toBe(after);
      expect(all.every(({ from }, index) => index === 0 || from > (all[index - 1]?.to ?? -1))).toBe(true);
    }),
  );
});
