// Takes pictures of the main pages of a demo installation, some of them dark too:
//   node docs/demo/screenshots.mjs http://localhost:8090 docs/images
import { mkdir } from "node:fs/promises";
import { createRequire } from "node:module";

const require = createRequire(new URL("../../ui/package.json", import.meta.url));
const { chromium } = require("playwright-core");
const [base, folder] = process.argv.slice(2);
const executable = process.env.CHROMIUM ?? "/usr/bin/chromium";

const latest = async (flow, state) => {
  const query = new URLSearchParams({ namespace: flow[0], flowId: flow[1], state, size: "1" });
  const answer = await fetch(`${base}/api/v1/main/executions/search?${query}`);
  const [found] = (await answer.json()).results;
  return `executions/${flow[0]}/${flow[1]}/${found.id}`;
};

const pages = {
  home: "",
  flows: "flows",
  editor: "flows/edit/shop.orders/import_orders",
  executions: "executions",
  execution: await latest(["shop.orders", "import_orders"], "SUCCESS"),
  failure: await latest(["shop.orders", "import_orders"], "FAILED"),
  dashboard: "dashboards/shop",
  triggers: "triggers",
  logs: "logs",
  namespace: "namespaces",
  plugins: "plugins",
  system: "system",
};

const dark = new Set(["editor", "execution", "dashboard"]);

await mkdir(folder, { recursive: true });
const browser = await chromium.launch({ executablePath: executable, args: ["--no-sandbox"] });
for (const theme of ["light", "dark"]) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, colorScheme: theme, reducedMotion: "reduce" });
  const page = await context.newPage();
  for (const [name, path] of Object.entries(pages)) {
    if (theme === "dark" && !dark.has(name)) continue;
    await page.goto(`${base}/ui/${path}`);
    await page.locator("h1").first().waitFor();
    await page.waitForTimeout(1500); // what is drawn after the data have come: charts, graphs, code
    await page.screenshot({ path: `${folder}/${name}-${theme}.png` });
  }
  await context.close();
}
await browser.close();
