import { afterEach, expect, test, vi } from "vitest";
import { actOnMany, narrowed } from "./actions";

interface Sent {
  path: string;
  ids: string[];
}

/** A server that refuses these executions, and then does nothing of what it is asked for. */
function refusing(...refused: string[]): Sent[] {
  const sent: Sent[] = [];
  vi.stubGlobal("document", { cookie: "" });
  vi.stubGlobal("fetch", (path: string, { body }: { body: string }) => {
    const ids = JSON.parse(body) as string[];
    sent.push({ path, ids });
    const errors = ids.filter((id) => refused.includes(id)).map((id) => ({ path: id, detail: `${id} is not paused` }));
    if (errors.length === 0) return Promise.resolve(Response.json({ count: ids.length }, { status: 202 }));
    return Promise.resolve(Response.json({ message: "nothing was done", done: 0, errors }, { status: 400 }));
  });
  return sent;
}

afterEach(() => vi.unstubAllGlobals());

test("those that can be acted on are sent again without the others, which tell why", async () => {
  const sent = refusing("b");
  const result = await actOnMany({ ids: ["a", "b", "c"], count: 3 }, "resume");
  expect(result).toEqual({ done: 2, refused: [{ id: "b", why: "b is not paused" }] });
  expect(sent.map(({ ids }) => ids)).toEqual([
    ["a", "b", "c"],
    ["a", "c"],
  ]);
  expect(sent[0]?.path).toBe("/api/v1/main/executions/resume/by-ids");
});

test("nothing is sent again when all are refused, and nothing that would be deleted", async () => {
  const all = refusing("a", "b");
  expect((await actOnMany({ ids: ["a", "b"], count: 2 }, "resume")).done).toBe(0);
  expect(all).toHaveLength(1);
  const some = refusing("b");
  expect(await actOnMany({ ids: ["a", "b"], count: 2 }, "delete")).toMatchObject({ done: 0, refused: [{ id: "b" }] });
  expect(some).toHaveLength(1);
});

test("a search is narrowed to the states that allow an action, but not to delete", () => {
  const all = ["RUNNING", "QUEUED", "PAUSED", "SUCCESS", "FAILED"] as const;
  const where = (search: string, verb: Parameters<typeof narrowed>[1]) =>
    decodeURIComponent(narrowed(search, verb, all));
  expect(where("filters[flowId][EQUALS]=x", "unqueue")).toBe("filters[flowId][EQUALS]=x&filters[state][IN]=QUEUED");
  expect(where("", "restart")).toBe("filters[state][IN]=PAUSED,FAILED");
  expect(narrowed("a=b", "delete", all)).toBe("a=b");
});
