/** What can be done to executions, one or many, and why it cannot: the state decides, the server has the last word. */

import { t } from "../i18n/text";
import { API, ApiError, query, requestJson } from "./client";
import type { Execution, Label, StateName } from "./types";

export type Verb =
  | "resume"
  | "unqueue"
  | "force-run"
  | "pause"
  | "kill"
  | "restart"
  | "replay"
  | "state"
  | "labels"
  | "delete";

export interface Action {
  verb: Verb;
  name: string;
  icon: string;
  done: string;
  /** Why it is not possible in a state; null when it is. */
  reason: (state: StateName) => string | null;
}

const OVER = new Set<StateName>([
  "SUCCESS",
  "WARNING",
  "FAILED",
  "KILLED",
  "CANCELLED",
  "SKIPPED",
  "RETRIED",
  "RESUBMITTED",
]);
const RESTARTABLE = new Set<StateName>(["FAILED", "PAUSED", "CANCELLED"]);
const isOver = (state: StateName): boolean => OVER.has(state);

/** In the order they are offered; the first that is possible is the next sensible step. */
export const ACTIONS: readonly Action[] = [
  {
    verb: "resume",
    name: t("Resume"),
    icon: "play",
    done: t("Resumed"),
    reason: (state) =>
      state === "PAUSED" || state === "BREAKPOINT" ? null : t("Only a paused execution can be resumed."),
  },
  {
    verb: "unqueue",
    name: t("Unqueue"),
    icon: "play",
    done: t("Taken out of the queue"),
    reason: only("QUEUED", t("Only a queued execution can leave the queue.")),
  },
  {
    verb: "restart",
    name: t("Restart"),
    icon: "restart",
    done: t("Restarted from what failed"),
    reason: (state) =>
      RESTARTABLE.has(state)
        ? null
        : state === "KILLED"
          ? t("What was killed stays killed; replay it to run it again.")
          : isOver(state)
            ? t("Nothing in it has failed, so there is nothing to begin again from.")
            : t("It has not ended yet."),
  },
  {
    verb: "replay",
    name: t("Replay"),
    icon: "replay",
    done: t("Replayed as a new execution"),
    reason: ended(t("It can be replayed once it has ended.")),
  },
  {
    verb: "pause",
    name: t("Pause"),
    icon: "pause",
    done: t("Pausing"),
    reason: only("RUNNING", t("Only a running execution can be paused.")),
  },
  {
    verb: "kill",
    name: t("Kill"),
    icon: "stop",
    done: t("Killing"),
    reason: (state) =>
      isOver(state) ? t("It has ended already.") : state === "KILLING" ? t("It is being killed.") : null,
  },
  {
    verb: "force-run",
    name: t("Force run"),
    icon: "play",
    done: t("Forced to run"),
    reason: (state) => (isOver(state) ? t("It has ended already.") : null),
  },
  {
    verb: "state",
    name: t("Change state"),
    icon: "edit",
    done: t("The state is changed"),
    reason: (state) =>
      !isOver(state)
        ? t("The state can be set once it has ended.")
        : state === "KILLED"
          ? t("What was killed stays killed.")
          : null,
  },
  {
    verb: "labels",
    name: t("Set labels"),
    icon: "edit",
    done: t("The labels are set"),
    reason: ended(t("Labels can be set once it has ended.")),
  },
  {
    verb: "delete",
    name: t("Delete"),
    icon: "trash",
    done: t("Deleted"),
    reason: ended(t("It can be deleted once it has ended; kill it first.")),
  },
];

export const actionOf = (verb: Verb): Action => ACTIONS.find((one) => one.verb === verb) as Action;

/** States an execution can be given by hand. */
export const SETTABLE: readonly StateName[] = ["SUCCESS", "WARNING", "FAILED", "CANCELLED", "KILLED"];

export interface DeleteOptions {
  logs: boolean;
  metrics: boolean;
  files: boolean;
}

export interface BulkOptions {
  state?: StateName;
  labels?: Label[];
  remove?: DeleteOptions;
  /** The newest revision instead of the one that ran. */
  isLatest?: boolean;
}

export interface Refused {
  id: string;
  why: string;
}

export interface BulkResult {
  done: number;
  refused: Refused[];
}

/** Which executions: named one by one, or whatever a search finds. */
export type Targets = { ids: readonly string[]; count: number } | { search: string; count: number };

/**
 * Does one thing to many; what is refused comes back with its reason.
 *
 * The server does nothing when one of them cannot, so those that can are sent again without the others. What would be
 * deleted is left as it is then: that is to be looked at.
 */
export async function actOnMany(targets: Targets, verb: Verb, options: BulkOptions = {}): Promise<BulkResult> {
  const first = await tryMany(targets, verb, options);
  if (!("ids" in targets) || verb === "delete" || first.done > 0) return first;
  const refused = new Set(first.refused.map(({ id }) => id));
  const ids = targets.ids.filter((id) => !refused.has(id));
  if (refused.size === 0 || ids.length === 0) return first;
  const second = await tryMany({ ids, count: ids.length }, verb, options);
  return { done: second.done, refused: [...first.refused, ...second.refused] };
}

async function tryMany(targets: Targets, verb: Verb, options: BulkOptions): Promise<BulkResult> {
  const isNamed = "ids" in targets;
  const { path, method, parameters } = addressOf(verb, options);
  const where = isNamed ? "by-ids" : "by-query";
  const filters = isNamed ? "" : targets.search;
  const body = bodyOf(verb, isNamed ? targets.ids : null, options);
  const joined = [query(parameters).slice(1), filters].filter(Boolean).join("&");
  try {
    const { count } = await requestJson<{ count: number }>(`${path}/${where}${joined && `?${joined}`}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
    });
    return { done: count, refused: [] };
  } catch (error) {
    if (!(error instanceof ApiError) || error.issues.length === 0) throw error;
    return { done: error.done, refused: error.issues.map(({ path: id, detail }) => ({ id: id ?? "", why: detail })) };
  }
}

/** A search, of those alone that an action is possible with, of all states there are. */
export function narrowed(search: string, verb: Verb, all: readonly StateName[]): string {
  if (verb === "delete") return search;
  const states = all.filter((state) => actionOf(verb).reason(state) === null);
  return [search, query({ "filters[state][IN]": states.join(",") }).slice(1)].filter(Boolean).join("&");
}

export function setState(id: string, state: StateName): Promise<Execution> {
  return requestJson(`/executions/${id}/actions/change-status${query({ status: state })}`, { method: "POST" });
}

export function setTaskRunState(id: string, taskRunId: string, state: StateName): Promise<Execution> {
  const headers = { "content-type": "application/json" };
  return requestJson(`/executions/${id}/actions/state`, {
    method: "POST",
    body: JSON.stringify({ taskRunId, state }),
    headers,
  });
}

export function setLabels(id: string, labels: readonly Label[]): Promise<Execution> {
  const headers = { "content-type": "application/json" };
  return requestJson(`/executions/${id}/actions/labels`, { method: "POST", body: JSON.stringify(labels), headers });
}

export interface ReplayOptions {
  taskRunId?: string | undefined;
  revision?: number | undefined;
  /** Tasks that it stops before. */
  breakpoints?: string[];
  /** Absent: those of the execution. */
  inputs?: FormData | undefined;
}

/** Lets an execution that stands at a breakpoint go on to its end. */
export function passBreakpoint(id: string): Promise<Execution> {
  return requestJson(`/executions/${id}/actions/resume-from-breakpoint`, { method: "POST" });
}

/** Runs an execution again as a new one, from a task run on when one is named. */
export function replay(id: string, { taskRunId, revision, breakpoints, inputs }: ReplayOptions): Promise<Execution> {
  const where = query({ taskRunId, revision, breakpoints });
  const verb = inputs ? "replay-with-inputs" : "replay";
  return requestJson(`/executions/${id}/actions/${verb}${where}`, { method: "POST", ...(inputs && { body: inputs }) });
}

export function exportAddress(search: string): string {
  return `${API}/executions/export/by-query/csv${search && `?${search}`}`;
}

function only(state: StateName, why: string): Action["reason"] {
  return (current) => (current === state ? null : why);
}

function ended(why: string): Action["reason"] {
  return (current) => (isOver(current) ? null : why);
}

function addressOf(verb: Verb, { state, remove, isLatest }: BulkOptions) {
  switch (verb) {
    case "delete":
      return {
        path: "/executions",
        method: "DELETE" as const,
        parameters: { deleteLogs: remove?.logs, deleteMetrics: remove?.metrics, deleteStorage: remove?.files },
      };
    case "kill":
      return { path: "/executions/kill", method: "DELETE" as const, parameters: {} };
    case "state":
      return { path: "/executions/change-status", method: "POST" as const, parameters: { newStatus: state } };
    case "replay":
      return { path: "/executions/replay", method: "POST" as const, parameters: { latestRevision: isLatest } };
    default:
      return { path: `/executions/${verb}`, method: "POST" as const, parameters: {} };
  }
}

function bodyOf(verb: Verb, ids: readonly string[] | null, { labels = [] }: BulkOptions): unknown {
  if (verb === "labels") return ids ? { executionsId: ids, executionLabels: labels } : labels;
  return ids ?? undefined;
}
