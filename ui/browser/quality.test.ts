import { beforeAll, expect, test } from "vitest";
import { ASKING, COMMENTED, FAILING, SCHEDULED } from "./flows";
import { stage } from "./stage";
import { expectWhole } from "./whole";

const { open, save, api, origin, complaints } = await stage();

const routes: Record<string, string> = {
  home: "/",
  flows: "/flows",
  "no flows found": "/flows?q=nothing-is-called-this",
  "start dialog": "/flows?run=test%2Fasking",
  editor: "/flows/edit/test/commented",
  "new flow": "/flows/new",
  executions: "/executions",
  logs: "/logs",
  triggers: "/triggers",
  "one trigger": "/triggers?trigger=test%2Fscheduled%2Fdaily",
  "no such page": "/nowhere",
};

beforeAll(async () => {
  for (const source of [COMMENTED("commented"), FAILING, ASKING, SCHEDULED]) await save(source);
  const { id } = await api<{ id: string }>("/executions/test/failing?wait=true", { method: "POST" });
  const path = `/executions/test/failing/${id}`;
  const { taskRunList } = await api<{ taskRunList: { id: string }[] }>(`/executions/${id}`);
  routes["execution, timeline"] = `${path}?task=${taskRunList[1]?.id}`;
  for (const tab of ["graph", "logs", "data", "metrics", "relations"])
    routes[`execution, ${tab}`] = `${path}?tab=${tab}`;
});

const names = [
  ...Object.keys(routes),
  "execution, timeline",
  "execution, graph",
  "execution, logs",
  "execution, data",
  "execution, metrics",
  "execution, relations",
];

test.each(names)("3, 37, 39: %s is whole in both themes and on a phone, and asks nobody else", async (name) => {
  complaints.length = 0;
  const page = await open(routes[name] ?? "", { isShared: true });
  await expectWhole(page);
  expect(complaints).toEqual([]);
});

test("3: the page may load nothing of others, and runs no text as script", async () => {
  const response = await fetch(`${origin}/ui/`);
  const policy = response.headers.get("content-security-policy") ?? "";
  expect(policy).toContain("default-src 'self'");
  expect(policy).not.toContain("unsafe-eval");
  expect(/script-src ([^;]*)/.exec(policy)?.[1]).toBe("'self'");
});
