import type { QueryClient, QueryKey } from "@tanstack/react-query";
import type { Frame } from "../live/protocol";
import type { Listener } from "../live/tab";
import { patchedPage } from "./merging";
import type { Execution, Page } from "./types";

/** How long lists stay as they are at least: changes come in crowds. */
const LISTS_MS = 1_000;
const CHARTS_MS = 8_000;
const FIRST_MS = 120;
/** Names hold ids of executions, which are without end. */
const MOST_NAMES = 200;
/** Reading again may take this part of the time, however slow the server is. */
const SHARE = 5;

const OF_EXECUTIONS: QueryKey[] = [
  ["pools"],
  ["limits"],
  ["executions", "waiting"],
  ["executions", "page"],
  ["executions", "latest"],
  ["executions", "triggered"],
];
const OF_FLOWS: QueryKey[] = [["flows", "page"], ["flows", "namespaces"], ["triggers"]];
// Not the one that may be edited: its revision says what the text was made from.
const OF_DASHBOARDS: QueryKey[] = [["dashboards", "page"]];
const OF_NOTIFICATIONS: QueryKey = ["notifications"];
const EVERYTHING: QueryKey[] = [
  ...OF_EXECUTIONS,
  ["executions", "children"],
  ...OF_FLOWS,
  ...OF_DASHBOARDS,
  ["logs"],
  ["metrics"],
  ["charts"],
  ["namespaceFiles"],
  OF_NOTIFICATIONS,
];

interface Due {
  key: QueryKey;
  gap: number;
  timer: number | undefined;
  isReading: boolean;
  isAgain: boolean;
  /** When the next reading may begin. */
  earliest: number;
}

const refreshers = new WeakMap<QueryClient, Refresher>();

/** The one for a cache, so that each frame is worked in once for all that is on a page. */
export function refresherOf(client: QueryClient): Listener {
  let found = refreshers.get(client);
  if (!found) {
    found = new Refresher(client);
    refreshers.set(client, found);
  }
  return found.hear;
}

/** Works frames into the cache: rows that are there change at once, lists are read again a moment later. */
class Refresher {
  readonly #client: QueryClient;
  readonly #due = new Map<string, Due>();
  /** What a page that nobody sees would have read again. */
  readonly #missed = new Map<string, Due>();

  constructor(client: QueryClient) {
    this.#client = client;
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) return;
      for (const { key, gap } of this.#missed.values()) this.#soon(key, gap);
      this.#missed.clear();
    });
  }

  readonly hear = ({ kind, data }: Frame): void => {
    if (kind === "ready" || kind === "reset") for (const key of EVERYTHING) this.#soon(key);
    else if (kind === "execution") this.#execution(data as Execution);
    else if (kind === "task-run") this.#soon(["metrics", (data as { executionId: string }).executionId]);
    else if (kind === "log") this.#log((data as { executionId?: string }).executionId);
    else if (kind === "flow") for (const key of OF_FLOWS) this.#soon(key);
    else if (kind === "trigger") this.#soon(["triggers"]);
    else if (kind === "file") this.#soon(["namespaceFiles", (data as { namespace: string }).namespace]);
    else if (kind === "notification") this.#soon(OF_NOTIFICATIONS);
    else if (kind === "dashboard") for (const key of [...OF_DASHBOARDS, ["charts"]]) this.#soon(key);
  };

  #execution(next: Execution): void {
    this.#client.setQueriesData<Page<Execution>>({ queryKey: ["executions", "page"] }, (page) =>
      patchedPage(page, next),
    );
    for (const key of OF_EXECUTIONS) this.#soon(key);
    if (next.parentId) this.#soon(["executions", "children", next.parentId]);
    if (next.state.endDate) this.#soon(["charts"], CHARTS_MS);
  }

  #log(id: string | undefined): void {
    if (id) for (const part of ["last", "range", "count"]) this.#soon(["logs", part, id]);
    this.#soon(["logs", "page"]);
  }

  #soon(key: QueryKey, gap = LISTS_MS): void {
    const name = JSON.stringify(key);
    const due = this.#due.get(name) ?? { key, gap, timer: undefined, isReading: false, isAgain: false, earliest: 0 };
    this.#due.set(name, due);
    if (due.isReading) due.isAgain = true;
    if (due.isReading || due.timer !== undefined) return;
    const wait = Math.max(FIRST_MS, due.earliest - Date.now());
    due.timer = window.setTimeout(() => void this.#read(name, due), wait);
  }

  async #read(name: string, due: Due): Promise<void> {
    due.timer = undefined;
    if (document.hidden) {
      this.#missed.set(name, due);
      return;
    }
    const began = Date.now();
    due.isReading = true;
    due.isAgain = false;
    await this.#client.invalidateQueries({ queryKey: due.key }).catch(() => undefined);
    due.isReading = false;
    due.earliest = began + Math.max(due.gap, (Date.now() - began) * SHARE);
    if (due.isAgain) this.#soon(due.key, due.gap);
    else if (this.#due.size > MOST_NAMES) this.#due.delete(name);
  }
}
