import { expect, test } from "vitest";
import { scan } from "./scan";

const found = (code: string) => scan("one.tsx", code, new Set(["Tiercel"]));

test.each([
  ["text between tags", "<p>Nothing here.</p>"],
  ["one letter between tags", "<p>{count} h</p>"],
  ["an attribute that is read out", '<button aria-label="close" />'],
  ["a choice in an attribute", '<input placeholder={isNew ? "name" : other} />'],
  ["a choice between tags", '<p>{isNew ? "new" : t("old")}</p>'],
  ["a text with values", `<p title={\`of \${name}\`} />`],
  ["a word of a constant", 'const WORDS = { save: "Save" };'],
  ["a sentence without a capital", 'const why = "waits for somebody";'],
  ["what is said for some seconds", 'toast("saved");'],
  ["a label of a table", 'const columns = [{ label: "n" }];'],
])("%s is found", (_, code) => {
  expect(found(code).raw.length).toBe(1);
});

test.each([
  ["what is looked up", '<p title={t("Nothing here.")}>{plural(n, { one: "{count} run", other: "{count} runs" })}</p>'],
  ["names", "<b>Tiercel</b>"],
  ["classes, keys and types", '<p className="Some thing" key="Key">{x as "Type"}</p>'],
  ["what is compared", 'if (event.key === "Escape") leave();'],
  ["signs and numbers", "<p>: 12 — {count}</p>"],
])("%s: nothing is found", (_, code) => {
  expect(found(code).raw).toEqual([]);
});

test("texts are collected with their forms, also those within values of others", () => {
  const { texts } = found(
    't("Of {who}", { who: t("nobody") }); plural(n, { one: "a run", other: "runs" }); rich("<b>x</b>", {});',
  );
  expect([...texts]).toEqual([
    ["Of {who}", ["Of {who}"]],
    ["nobody", ["nobody"]],
    ["runs", ["a run", "runs"]],
    ["<b>x</b>", ["<b>x</b>"]],
  ]);
});

test("a look-up by something else than a text is told", () => {
  expect(found("t(name)").unclear).toEqual(["1: is no text"]);
  expect(found('plural(n, { other: "runs" })').unclear).toHaveLength(1);
});
