import { t } from "../i18n/text";
import { csrfHeader, setSignedOut } from "./session";
import type { Issue, Json } from "./types";

/** What the server refused, in its own words and with the places it names. */
export class ApiError extends Error {
  readonly status: number;
  readonly issues: Issue[];
  readonly traceId: string | null;
  /** Of an action on many: to how many it was done all the same. */
  readonly done: number;

  constructor(status: number, message: string, issues: Issue[] = [], traceId: string | null = null, done = 0) {
    super(message);
    this.name = "ApiError";
    this.status = status;
    this.issues = issues;
    this.traceId = traceId;
    this.done = done;
  }
}

export const API = "/api/v1/main";
export const LOGIN = "/api/v1/login";
export const UNREACHABLE = t("The server does not answer. It may be restarting, or the network is down.");

export interface Call {
  method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  body?: BodyInit;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/** Asks the API; `path` begins after the tenant, or with `/api/` where there is none. */
export async function request(path: string, call: Call = {}): Promise<Response> {
  const response = await reach(path, call);
  if (response.status === 401 && path !== LOGIN) setSignedOut(true);
  if (!response.ok) throw await refusal(response);
  return response;
}

export async function requestJson<Shape>(path: string, call: Call = {}): Promise<Shape> {
  return (await (await request(path, call)).json()) as Shape;
}

/** A query string; absent and empty values are left out, arrays repeat their name. */
export function query(values: Record<string, string | number | boolean | string[] | undefined>): string {
  const found = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined && one !== "") found.append(name, String(one));
    }
  }
  const text = found.toString();
  return text ? `?${text}` : "";
}

async function reach(path: string, call: Call): Promise<Response> {
  try {
    const headers =
      call.method && call.method !== "GET"
        ? { ...call.headers, ...csrfHeader(), "x-tiercel-client": "ui" }
        : call.headers;
    return await fetch(path.startsWith("/api/") ? path : API + path, { ...call, ...(headers && { headers }) });
  } catch (error) {
    if (call.signal?.aborted) throw error;
    throw new ApiError(0, UNREACHABLE);
  }
}

/** What an answer that is no success says. */
export async function refusal(response: Response): Promise<ApiError> {
  const body: Json = await response.json().catch(() => null);
  if (body === null || typeof body !== "object" || Array.isArray(body)) {
    return new ApiError(response.status, t("The server answered {status}.", { status: String(response.status) }));
  }
  const issues = Array.isArray(body.errors) ? (body.errors as unknown as Issue[]) : [];
  const trace = typeof body.traceId === "string" ? body.traceId : null;
  const message = String(body.message ?? body.detail ?? response.statusText);
  return new ApiError(response.status, message, issues, trace, typeof body.done === "number" ? body.done : 0);
}
