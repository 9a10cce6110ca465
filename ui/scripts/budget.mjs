// Fails when what a page loads has grown over its budget. Sizes are those of the gzip files the build writes.
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";

const OUT = process.env.STATIC_DIR ?? new URL("../../src/tiercel/api/static/", import.meta.url).pathname;
const KB = 1000;
const manifest = JSON.parse(readFileSync(join(OUT, ".vite/manifest.json"), "utf8"));

/** Every script and style sheet that an entry needs, those of its imports included. */
function closure(keys, into = new Set()) {
  for (const key of keys) {
    const chunk = manifest[key];
    if (into.has(chunk.file)) continue;
    into.add(chunk.file);
    for (const css of chunk.css ?? []) into.add(css);
    closure(chunk.imports ?? [], into);
  }
  return into;
}

function size(files, ending) {
  return [...files]
    .filter((file) => file.endsWith(ending))
    .reduce((sum, file) => sum + statSync(join(OUT, `${file}.gz`)).size, 0);
}

const shell = closure(["index.html"]);
const beyond = (...keys) => new Set([...closure(keys)].filter((file) => !shell.has(file)));
const allStyles = new Set(Object.values(manifest).flatMap((chunk) => [chunk.file, ...(chunk.css ?? [])]));

// A page with menus and dialogs brings what these need itself; the sum of shell and page is what its visitor loads.
const budgets = [
  ["shell, scripts", size(shell, ".js"), 130 * KB],
  ["all style sheets", size(allStyles, ".css"), 20 * KB],
  [
    "editor, beyond the shell",
    size(beyond("src/routes/EditorRoute.tsx", "src/components/graph/GraphView.tsx"), ".js"),
    270 * KB,
  ],
  ["execution, beyond the shell", size(beyond("src/routes/ExecutionRoute.tsx"), ".js"), 80 * KB],
  ["executions, beyond the shell", size(beyond("src/routes/ExecutionsRoute.tsx"), ".js"), 55 * KB],
  ["flows, beyond the shell", size(beyond("src/routes/FlowsRoute.tsx"), ".js"), 55 * KB],
];

let isOver = false;
for (const [name, bytes, budget] of budgets) {
  const verdict = bytes > budget ? "OVER" : "ok";
  isOver ||= bytes > budget;
  console.log(`${verdict.padEnd(5)} ${name}: ${(bytes / KB).toFixed(1)} kB of ${budget / KB} kB`);
}
process.exit(isOver ? 1 : 0);
