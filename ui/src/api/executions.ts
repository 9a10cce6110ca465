import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { query, request, requestJson } from "./client";
import { newest, newestPage } from "./merging";
import { whileLost } from "./stream";
import type { CheckedStart, Execution, Flow, FlowGraph, Page } from "./types";

export interface ExecutionFilter {
  text?: string;
  namespace?: string;
  flow?: string;
  states?: string[];
  range?: string;
  labels?: string;
  childFilter?: string;
  /** Further conditions, as `field[OPERATION]=value`. */
  where?: string[];
  sort: string;
  page: number;
  size: number;
  /** Where the page before ended; a page is read from there however far down it is. */
  cursor?: string;
}

export function executionPage(filter: ExecutionFilter) {
  return queryOptions({
    queryKey: ["executions", "page", filter],
    placeholderData: keepPreviousData,
    refetchInterval: whileLost(4_000),
    structuralSharing: newestPage,
    queryFn: ({ signal }) => requestJson<Page<Execution>>(`/executions/search${query(searchOf(filter))}`, { signal }),
  });
}

export function execution(id: string) {
  return queryOptions({
    queryKey: ["executions", "one", id],
    structuralSharing: newest,
    queryFn: ({ signal }) => requestJson<Execution>(`/executions/${id}`, { signal }),
  });
}

export function executionGraph(id: string) {
  return queryOptions({
    queryKey: ["executions", "graph", id],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: ({ signal }) => requestJson<FlowGraph>(`/executions/${id}/graph`, { signal }),
  });
}

export function startableFlow(namespace: string, id: string) {
  return queryOptions({
    queryKey: ["flows", "startable", namespace, id],
    queryFn: ({ signal }) => requestJson<Flow>(`/executions/flows/${namespace}/${id}`, { signal }),
  });
}

export function checkStart(namespace: string, id: string, inputs: FormData): Promise<CheckedStart> {
  return requestJson(`/executions/${namespace}/${id}/validate`, { method: "POST", ...bodyOf(inputs) });
}

export function startExecution(
  namespace: string,
  id: string,
  inputs: FormData,
  { labels, scheduleDate }: { labels: string[]; scheduleDate?: string | undefined },
): Promise<Execution> {
  const where = query({ labels, scheduleDate });
  return requestJson(`/executions/${namespace}/${id}${where}`, { method: "POST", ...bodyOf(inputs) });
}

/** The last executions of a flow, to start it as one of them was. */
export function latestOf(namespace: string, flow: string) {
  return queryOptions({
    queryKey: ["executions", "latest of", namespace, flow],
    queryFn: ({ signal }) => {
      const where = query({
        size: 10,
        "filters[namespace][EQUALS]": namespace,
        "filters[flowId][EQUALS]": flow,
        "filters[childFilter][EQUALS]": "MAIN",
      });
      return requestJson<Page<Execution>>(`/executions/search${where}`, { signal });
    },
  });
}

export type PlainVerb = "kill" | "pause" | "resume" | "restart" | "replay" | "unqueue" | "force-run";

export function act(
  id: string,
  verb: PlainVerb,
  options: { taskRunId?: string; inputs?: FormData } = {},
): Promise<Execution> {
  const body = options.inputs ? bodyOf(options.inputs) : {};
  const where = query({ taskRunId: options.taskRunId });
  const method = verb === "kill" ? "DELETE" : "POST";
  return requestJson(`/executions/${id}/actions/${verb}${where}`, { method, ...body });
}

export interface Evaluation {
  result?: string;
  error?: string;
  /** Where in the expression the error is, from 1 on. */
  line?: number;
  column?: number;
}

/** Renders an expression as the flow, or one task run, would. */
export function evaluate(id: string, taskRunId: string | null, text: string): Promise<Evaluation> {
  const headers = { "content-type": "text/plain" };
  const path = taskRunId ? `/executions/${id}/actions/eval/${taskRunId}` : `/executions/${id}/actions/eval`;
  return requestJson(path, { method: "POST", body: text, headers });
}

function bodyOf(inputs: FormData): { body?: FormData } {
  return [...inputs.keys()].length > 0 ? { body: inputs } : {};
}

function searchOf(filter: ExecutionFilter): Record<string, string | number | undefined> {
  return {
    ...(filter.cursor === undefined ? { page: filter.page } : { cursor: filter.cursor }),
    size: filter.size,
    sort: filter.sort,
    ...conditionsOf(filter),
  };
}

export type ExecutionConditions = Omit<ExecutionFilter, "sort" | "page" | "size" | "cursor">;

/** The filters alone, as a query string: for actions on whatever they find. */
export function conditionQuery(filter: ExecutionConditions): string {
  return query(conditionsOf(filter)).slice(1);
}

function conditionsOf(filter: ExecutionConditions): Record<string, string | undefined> {
  const states = filter.states?.join(",");
  const search: Record<string, string | undefined> = {
    "filters[q][EQUALS]": filter.text,
    "filters[namespace][PREFIX]": filter.namespace,
    "filters[flowId][EQUALS]": filter.flow,
    "filters[state][IN]": states,
    "filters[timeRange][EQUALS]": filter.range,
    "filters[childFilter][EQUALS]": filter.childFilter,
  };
  const [key, value] = (filter.labels ?? "").split(":", 2);
  if (key && value) search[`filters[labels][EQUALS][${key}]`] = value;
  for (const condition of filter.where ?? []) {
    const [, field, rest, given] = /^(\w+)((?:\[[^\]]+\])+)=(.*)$/s.exec(condition) ?? [];
    if (field && rest) search[`filters[${field}]${rest}`] = given;
  }
  return search;
}

export async function deleteExecution(id: string): Promise<void> {
  await request(`/executions/${id}`, { method: "DELETE" });
}

/** The executions that an execution started: subflows, and the iterations of a Loop in their order. */
export function childExecutions(id: string, isLive: boolean) {
  return queryOptions({
    queryKey: ["executions", "children", id],
    refetchInterval: isLive && whileLost(2_000),
    queryFn: ({ signal }) => {
      const where = query({ size: 1000, sort: "loopRunIndex:asc", "filters[parentId][EQUALS]": id });
      return requestJson<Page<Execution>>(`/executions/search${where}`, { signal });
    },
  });
}

/** The executions that an execution made flows start by their triggers. */
export function triggeredExecutions(id: string, isLive: boolean) {
  return queryOptions({
    queryKey: ["executions", "triggered", id],
    refetchInterval: isLive && whileLost(4_000),
    queryFn: ({ signal }) => {
      const where = query({ size: 100, "filters[triggerExecutionId][EQUALS]": id });
      return requestJson<Page<Execution>>(`/executions/search${where}`, { signal });
    },
  });
}

/** The last execution of the same flow that succeeded before another began; null when none did. */
export function lastGoodRun({ namespace, flowId, state }: Execution) {
  return queryOptions({
    queryKey: ["executions", "good", namespace, flowId, state.startDate],
    staleTime: 60_000,
    queryFn: async ({ signal }) => {
      const where = query({
        size: 1,
        sort: "state.startDate:desc",
        "filters[namespace][EQUALS]": namespace,
        "filters[flowId][EQUALS]": flowId,
        "filters[state][EQUALS]": "SUCCESS",
        "filters[startDate][LESS_THAN]": state.startDate,
      });
      return (await requestJson<Page<Execution>>(`/executions/search${where}`, { signal })).results[0] ?? null;
    },
  });
}

/** What an execution in the queue waits for, in the server's words. */
export function waiting(id: string, isQueued: boolean) {
  return queryOptions({
    queryKey: ["executions", "waiting", id],
    enabled: isQueued,
    refetchInterval: 3_000,
    retry: false,
    queryFn: ({ signal }) => requestJson<{ reason: string }>(`/executions/${id}/waiting`, { signal }),
  });
}

/** What resuming asks for: the inputs of the pause, with what these values would meet. */
export function checkResume(id: string, inputs: FormData): Promise<CheckedStart> {
  return requestJson(`/executions/${id}/actions/resume/validate`, { method: "POST", ...bodyOf(inputs) });
}
