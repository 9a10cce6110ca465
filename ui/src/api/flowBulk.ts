import { query, request, requestJson } from "./client";

export type FlowKey = { namespace: string; id: string };

/** Flows by name, or those that filters find. */
export type FlowChoice = { ids: FlowKey[] } | { filter: { text?: string; namespace?: string; label?: string } };

const JSON_TYPE = { "content-type": "application/json" };

export async function setFlowsDisabled(choice: FlowChoice, isDisabled: boolean): Promise<number> {
  const verb = isDisabled ? "disable" : "enable";
  return (await requestJson<{ count: number }>(pathOf(verb, choice), { method: "POST", ...bodyOf(choice) })).count;
}

export async function deleteFlows(choice: FlowChoice): Promise<number> {
  return (await requestJson<{ count: number }>(pathOf("delete", choice), { method: "DELETE", ...bodyOf(choice) }))
    .count;
}

/** The flows as a ZIP of YAML files. */
export async function exportFlows(choice: FlowChoice): Promise<Blob> {
  return (await request(pathOf("export", choice), { method: "POST", ...bodyOf(choice) })).blob();
}

/** Stores the flows of a YAML file or a ZIP; gives the names of those that could not be. */
export function importFlows(file: File): Promise<string[]> {
  const body = new FormData();
  body.append("fileUpload", file, file.name);
  return requestJson("/flows/import", { method: "POST", body });
}

function pathOf(verb: string, choice: FlowChoice): string {
  if ("ids" in choice) return `/flows/${verb}/by-ids`;
  return `/flows/${verb}/by-query${query(flowFilters(choice.filter))}`;
}

/** Filters of flows as the server names them; a label is `key:value`. */
export function flowFilters(filter: { text?: string; namespace?: string; label?: string }) {
  const [key = "", ...value] = (filter.label ?? "").split(":");
  return {
    "filters[q][EQUALS]": filter.text,
    "filters[namespace][PREFIX]": filter.namespace,
    ...(filter.label && { [`filters[labels][EQUALS][${key}]`]: value.join(":") }),
  };
}

function bodyOf(choice: FlowChoice): { body?: string; headers?: Record<string, string> } {
  return "ids" in choice ? { body: JSON.stringify(choice.ids), headers: JSON_TYPE } : {};
}
