import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { query, request, requestJson } from "./client";
import type { CheckedStart, Execution, Flow, FlowGraph, Page } from "./types";

export interface ExecutionFilter {
  text?: string;
  namespace?: string;
  flow?: string;
  states?: string[];
  range?: string;
  labels?: string;
  sort: string;
  page: number;
  size: number;
}

export function executionPage(filter: ExecutionFilter) {
  return queryOptions({
    queryKey: ["executions", "page", filter],
    placeholderData: keepPreviousData,
    refetchInterval: 4_000,
    queryFn: ({ signal }) => requestJson<Page<Execution>>(`/executions/search${query(searchOf(filter))}`, { signal }),
  });
}

export function execution(id: string) {
  return queryOptions({
    queryKey: ["executions", "one", id],
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

export function startExecution(namespace: string, id: string, inputs: FormData, labels: string[]): Promise<Execution> {
  return requestJson(`/executions/${namespace}/${id}${query({ labels })}`, { method: "POST", ...bodyOf(inputs) });
}

export type Verb = "kill" | "pause" | "resume" | "restart" | "replay" | "unqueue" | "force-run";

export function act(
  id: string,
  verb: Verb,
  options: { taskRunId?: string; inputs?: FormData } = {},
): Promise<Execution> {
  const body = options.inputs ? bodyOf(options.inputs) : {};
  const where = query({ taskRunId: options.taskRunId });
  return requestJson(`/executions/${id}/actions/${verb}${where}`, { method: "POST", ...body });
}

/** Renders an expression as the flow, or one task run, would. */
export function evaluate(
  id: string,
  taskRunId: string | null,
  text: string,
): Promise<{ result?: string; error?: string }> {
  const headers = { "content-type": "text/plain" };
  const path = taskRunId ? `/executions/${id}/actions/eval/${taskRunId}` : `/executions/${id}/actions/eval`;
  return requestJson(path, { method: "POST", body: text, headers });
}

function bodyOf(inputs: FormData): { body?: FormData } {
  return [...inputs.keys()].length > 0 ? { body: inputs } : {};
}

function searchOf(filter: ExecutionFilter): Record<string, string | number | undefined> {
  const states = filter.states?.join(",");
  const search: Record<string, string | number | undefined> = {
    page: filter.page,
    size: filter.size,
    sort: filter.sort,
    "filters[q][EQUALS]": filter.text,
    "filters[namespace][PREFIX]": filter.namespace,
    "filters[flowId][EQUALS]": filter.flow,
    "filters[state][IN]": states,
    "filters[timeRange][EQUALS]": filter.range,
  };
  const [key, value] = (filter.labels ?? "").split(":", 2);
  if (key && value) search[`filters[labels][EQUALS][${key}]`] = value;
  return search;
}

export async function deleteExecution(id: string): Promise<void> {
  await request(`/executions/${id}`, { method: "DELETE" });
}

/** Acts on several executions, or on none when one may not be; gives how many. */
export async function actOnMany(ids: readonly string[], verb: Verb | "delete"): Promise<number> {
  const call = { body: JSON.stringify(ids), headers: { "content-type": "application/json" } };
  const answer =
    verb === "delete"
      ? await requestJson<{ count: number }>("/executions/by-ids", { method: "DELETE", ...call })
      : await requestJson<{ count: number }>(`/executions/${verb}/by-ids`, { method: "POST", ...call });
  return answer.count;
}

/** What resuming asks for: the inputs of the pause, with what these values would meet. */
export function checkResume(id: string, inputs: FormData): Promise<CheckedStart> {
  return requestJson(`/executions/${id}/actions/resume/validate`, { method: "POST", ...bodyOf(inputs) });
}
