import { queryOptions } from "@tanstack/react-query";
import { request, requestJson } from "./client";

export const ROLES = ["admin", "editor", "viewer"] as const;
export type Role = (typeof ROLES)[number];

export interface Grant {
  role: Role;
  /** Empty: everywhere. */
  namespace: string;
}

export interface User {
  username: string;
  roles: Grant[];
  disabled: boolean;
  createdAt: string;
}

export interface Token {
  id: string;
  name: string;
  createdAt: string;
  expiresAt?: string;
  usedAt?: string;
}

const JSON_TYPE = { "content-type": "application/json" };

export const users = queryOptions({
  queryKey: ["users"],
  queryFn: async ({ signal }) => (await requestJson<{ results: User[] }>("/users", { signal })).results,
});

export function addUser(user: { username: string; password: string; roles: Grant[] }): Promise<User> {
  return requestJson("/users", { method: "POST", body: JSON.stringify(user), headers: JSON_TYPE });
}

export function changeUser(name: string, part: { roles?: Grant[]; disabled?: boolean }): Promise<User> {
  return requestJson(pathOf(name), { method: "PATCH", body: JSON.stringify(part), headers: JSON_TYPE });
}

export async function changePassword(name: string, password: string, currentPassword?: string): Promise<void> {
  const body = JSON.stringify({ password, ...(currentPassword !== undefined && { currentPassword }) });
  await request(`${pathOf(name)}/password`, { method: "PUT", body, headers: JSON_TYPE });
}

export function tokensOf(name: string) {
  return queryOptions({
    queryKey: ["tokens", name],
    queryFn: async ({ signal }) =>
      (await requestJson<{ results: Token[] }>(`${pathOf(name)}/tokens`, { signal })).results,
  });
}

/** Makes a token; its text is in this answer and never again. */
export function addToken(name: string, token: { name: string; lifetime?: string }): Promise<Token & { token: string }> {
  return requestJson(`${pathOf(name)}/tokens`, { method: "POST", body: JSON.stringify(token), headers: JSON_TYPE });
}

export async function revokeToken(name: string, id: string): Promise<void> {
  await request(`${pathOf(name)}/tokens/${id}`, { method: "DELETE" });
}

function pathOf(name: string): string {
  return `/users/${encodeURIComponent(name)}`;
}
