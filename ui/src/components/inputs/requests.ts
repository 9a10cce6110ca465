/** The start that a dialog is about to make, as somebody would write it in a shell, a program or a flow. */

import type { FlowInput } from "../../api/types";
import { isSent, toWire, type Value, type Values } from "./values";

export interface StartRequest {
  origin: string;
  namespace: string;
  id: string;
  inputs: readonly FlowInput[];
  values: Values;
  labels: readonly string[];
  /** When it is to begin; absent: now. */
  scheduleDate?: string | undefined;
  /** Whether the server asks who sends it. */
  isGuarded: boolean;
}

export function toCurl(request: StartRequest): string {
  const parts = sent(request).map(([id, value]) => {
    const isFile = value instanceof File;
    // Only -F reads a file for an @, and it would for the first letter of a text too.
    return isFile ? `  -F ${quoted(`${id}=@${value.name}`)}` : `  --form-string ${quoted(`${id}=${value}`)}`;
  });
  const token = request.isGuarded ? ['  -H "Authorization: Bearer $TIERCEL_TOKEN"'] : [];
  return [`curl -X POST ${quoted(addressOf(request))}`, ...token, ...parts].join(" \\\n");
}

export function toPython(request: StartRequest): string {
  const fields = sent(request).map(([id, value]) =>
    value instanceof File
      ? `    ${pythonText(id)}: open(${pythonText(value.name)}, "rb"),`
      : `    ${pythonText(id)}: (None, ${pythonText(value)}),`,
  );
  const imports = request.isGuarded ? ["import os", "", "import requests"] : ["import requests"];
  const files = fields.length > 0 ? ["    files=inputs,"] : [];
  const token = request.isGuarded ? ['    headers={"Authorization": f"Bearer {os.environ[\'TIERCEL_TOKEN\']}"},'] : [];
  return [
    ...imports,
    "",
    ...(fields.length > 0 ? ["inputs = {", ...fields, "}"] : []),
    "response = requests.post(",
    `    ${pythonText(addressOf(request))},`,
    ...files,
    ...token,
    "    timeout=60,",
    ")",
    "response.raise_for_status()",
    'print(response.json()["id"])',
  ].join("\n");
}

/** The task that starts the flow from another one. */
export function toYaml({ namespace, id, inputs, values, labels }: StartRequest): string {
  const given = inputs.flatMap((input) => {
    const value = values[input.id];
    return isSent(input, value) ? [`  ${input.id}: ${yamlText(input, value)}`] : [];
  });
  const pairs = labels.map(
    (label) => `  ${label.slice(0, label.indexOf(":"))}: ${JSON.stringify(label.slice(label.indexOf(":") + 1))}`,
  );
  return [
    `id: run_${id.replaceAll(/[^A-Za-z0-9_]/g, "_")}`,
    "type: io.kestra.plugin.core.flow.Subflow",
    `namespace: ${namespace}`,
    `flowId: ${id}`,
    ...(given.length > 0 ? ["inputs:", ...given] : []),
    ...(pairs.length > 0 ? ["labels:", ...pairs] : []),
  ].join("\n");
}

function sent({ inputs, values }: StartRequest): [string, Value][] {
  return inputs.flatMap((input): [string, Value][] => {
    const value = values[input.id];
    if (!isSent(input, value)) return [];
    return [[input.id, value instanceof File ? value : toWire(input, value)]];
  });
}

function addressOf({ origin, namespace, id, labels, scheduleDate }: StartRequest): string {
  const query = [
    ...labels.map((label) => `labels=${encodeURIComponent(label)}`),
    ...(scheduleDate ? [`scheduleDate=${encodeURIComponent(scheduleDate)}`] : []),
  ].join("&");
  return `${origin}/api/v1/main/executions/${namespace}/${id}${query && `?${query}`}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** A text as Python and JSON both write it; what JSON leaves as it is, Python reads as it is. */
function pythonText(text: Value): string {
  return JSON.stringify(text);
}

const NUMBERS = new Set(["INT", "FLOAT"]);
const STRUCTURED = new Set(["JSON", "ARRAY", "MULTISELECT"]);
const TRUTHS = new Set(["BOOLEAN", "BOOL"]);

function yamlText(input: FlowInput, value: Value): string {
  if (value instanceof File) return `"{{ read('${value.name}') }}"`;
  const text = toWire(input, value);
  const isPlain = NUMBERS.has(input.type) || TRUTHS.has(input.type) || (STRUCTURED.has(input.type) && isJson(text));
  return isPlain ? text.replaceAll("\n", " ") : JSON.stringify(text);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
