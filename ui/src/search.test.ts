import { expect, test } from "vitest";
import { readExecutionSearch, readNamespaceSearch, readTab } from "./search";

test("one state in an address is as good as a list of them", () => {
  expect(readExecutionSearch({ state: "FAILED" }).state).toEqual(["FAILED"]);
  expect(readExecutionSearch({ state: ["FAILED", 7, "KILLED"] }).state).toEqual(["FAILED", "KILLED"]);
});

test("what is no value of a part takes the place of what stands in the address", () => {
  const search = {
    ...{ page: "x", child: "NONE", sort: {} },
    ...readExecutionSearch({ page: "x", child: "NONE", sort: {} }),
  };
  expect([search.page, search.child, search.sort]).toEqual([undefined, undefined, undefined]);
  expect("tab" in readTab({ tab: "nonsense" })).toBe(true);
  expect("tab" in readNamespaceSearch({})).toBe(true);
});
