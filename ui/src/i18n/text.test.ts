import { beforeEach, expect, test, vi } from "vitest";
import { stretched } from "./pseudo";
import type { Catalogue } from "./text";

beforeEach(() => {
  vi.resetModules();
  vi.unstubAllGlobals();
});

async function speaking(lang: string, tiercelTexts?: Catalogue | ((text: string) => string)) {
  vi.stubGlobal("document", { documentElement: { lang } });
  vi.stubGlobal("tiercelTexts", tiercelTexts);
  return { ...(await import("./text")), ...(await import("./rich")) };
}

test("English stands in the code", async () => {
  const { t, plural } = await speaking("en");
  expect(t("Flows")).toBe("Flows");
  expect(t("{count} of {total}", { count: 1234, total: "2 or more" })).toBe("1,234 of 2 or more");
  expect(plural(1, { one: "{count} run", other: "{count} runs" })).toBe("1 run");
  expect(plural(4000, { one: "{count} run of {flow}", other: "{count} runs of {flow}" }, { flow: "a" })).toBe(
    "4,000 runs of a",
  );
});

test("what tells two texts apart is not shown", async () => {
  const { t } = await speaking("en");
  expect(t("Open##state")).toBe("Open");
});

test("German is taken from its catalogue, with numbers as it writes them", async () => {
  const { t, plural, number } = await speaking("de", {
    "Executions of {flow}": "Ausführungen von {flow}",
    "{count} runs": { one: "{count} Lauf", other: "{count} Läufe" },
  });
  expect(t("Executions of {flow}", { flow: "a" })).toBe("Ausführungen von a");
  expect(plural(1, { one: "{count} run", other: "{count} runs" })).toBe("1 Lauf");
  expect(plural(2000, { one: "{count} run", other: "{count} runs" })).toBe("2.000 Läufe");
  expect(number(1234567)).toBe("1.234.567");
  expect(t("nobody has translated {this}", { this: "that" })).toBe("nobody has translated that");
});

test("the language that shows gaps stretches all but names", async () => {
  const { t, plural } = await speaking("en-XA", stretched);
  const text = t("Delete {flow}?", { flow: "daily" });
  expect(text).toMatch(/^\[Đéļéţé daily\?~+\]$/);
  expect(text.length).toBeGreaterThan("Delete ?".length * 1.4 + "daily".length - 1);
  expect(plural(1, { one: "{count} run", other: "{count} runs" })).toMatch(/^\[1 ŕûñ~+\]$/);
});

test("nodes stand in a sentence where its language has them", async () => {
  const { rich } = await speaking("en");
  const { createElement } = await import("react");
  const sentence = rich("Read <a>the guide of {name}</a> first.", {
    a: (inner) => createElement("a", { href: "/g" }, inner),
    name: "flows",
  });
  const { renderToStaticMarkup } = await import("react-dom/server");
  expect(renderToStaticMarkup(sentence as never)).toBe('Read <a href="/g">the guide of flows</a> first.');
});
