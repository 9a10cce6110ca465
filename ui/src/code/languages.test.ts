import { ensureSyntaxTree, type Language } from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { expect, test } from "vitest";
import { loadTongue, mixedYaml, type Tongue, tongueOf, tonguesIn } from "./languages";

const FLOW = `id: f
tasks:
  - id: script
    type: io.kestra.plugin.scripts.python.Script
    script: |
      def total(rows):
          return sum(rows)
  - id: query
    type: io.kestra.plugin.jdbc.duckdb.Query
    sql: |
      SELECT 1
`;

test("the language of a text follows from its key and the type of its task", () => {
  expect(tongueOf("script", "io.kestra.plugin.scripts.node.Script")).toBe("javascript");
  expect(tongueOf("sql", "whatever")).toBe("sql");
  expect(tongueOf("main.py", "")).toBe("python");
  expect(tongueOf("message", "io.kestra.plugin.core.log.Log")).toBeUndefined();
  expect(tonguesIn(FLOW)).toEqual(["python", "sql"]);
  expect(tonguesIn("id: f\ndescription: |\n  long\n")).toEqual([]);
});

test("scripts are read as their language, from their own first column on", async () => {
  const known = new Map<Tongue, Language>();
  for (const tongue of tonguesIn(FLOW)) known.set(tongue, await loadTongue(tongue));
  const state = EditorState.create({ doc: FLOW, extensions: mixedYaml(known) });
  const tree = ensureSyntaxTree(state, FLOW.length, 5_000);
  if (!tree) throw new Error("not read in time");
  const at = (text: string): string => tree.resolveInner(FLOW.indexOf(text) + 1, 1).name;
  expect([at("def total"), at("return sum"), at("SELECT")]).toEqual(["def", "return", "Keyword"]);
  const names: string[] = [];
  tree.iterate({
    from: FLOW.indexOf("def total"),
    to: FLOW.indexOf("sum(rows)"),
    enter: ({ name }) => void names.push(name),
  });
  expect(names).toContain("BlockLiteralContent");
});
