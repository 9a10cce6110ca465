import { expect, test } from "vitest";
import { titleOf } from "./titles";

test.each([
  ["/", "Home · Tiercel"],
  ["/flows", "Flows · Tiercel"],
  ["/flows/new", "New flow · Flows · Tiercel"],
  ["/flows/edit/shop.orders/import/revisions", "import · shop.orders · Flows · Tiercel"],
  ["/executions/shop.orders/import/0354KEBqy2jU1mz1hprrCU", "import · z1hprrCU · shop.orders · Executions · Tiercel"],
  ["/namespaces/shop.orders", "shop.orders · Namespaces · Tiercel"],
  ["/plugins/io.kestra.plugin.core.log.Log", "Log · Plugins · Tiercel"],
  ["/dashboards/a%20b/edit", "a b · Dashboards · Tiercel"],
  ["/nowhere", "Tiercel"],
])("the tab of %s is called after what it shows", (path, title) => {
  expect(titleOf(path)).toBe(title);
});
