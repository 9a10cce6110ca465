import { queryOptions } from "@tanstack/react-query";
import { API, query, request, requestJson } from "./client";

export interface FileEntry {
  type: "File" | "Directory";
  fileName: string;
  size: number;
}

export interface StoredFile {
  /** Null when it is no text, or too long to be edited. */
  text: string | null;
  size: number;
  revision: number;
}

const MOST_BYTES = 1024 * 1024;

/** What lies directly in a directory, those that hold others first; its path begins and ends with a slash. */
export function entriesOf(namespace: string, path: string) {
  return queryOptions({
    queryKey: ["namespaceFiles", namespace, "entries", path],
    queryFn: async ({ signal }) => {
      const found = await requestJson<FileEntry[]>(`${rootOf(namespace)}/directory${query({ path })}`, { signal });
      return found.toSorted((one, other) => Number(one.type === "File") - Number(other.type === "File"));
    },
  });
}

/** Paths that hold a text, wherever they lie. */
export function pathsWith(namespace: string, q: string) {
  return queryOptions({
    queryKey: ["namespaceFiles", namespace, "search", q],
    enabled: q !== "",
    queryFn: ({ signal }) => requestJson<string[]>(`${rootOf(namespace)}/search${query({ q })}`, { signal }),
  });
}

/** A file as it was at a revision, or as it is. */
export function storedFile(namespace: string, path: string, revision?: number) {
  return queryOptions({
    queryKey: ["namespaceFiles", namespace, "stored", path, revision ?? "last"],
    queryFn: async ({ signal }): Promise<StoredFile> => {
      const response = await request(`${rootOf(namespace)}${query({ path, revision })}`, { signal });
      const size = Number(response.headers.get("content-length") ?? 0);
      const number = revisionOf(response);
      if (size > MOST_BYTES) return { text: null, size, revision: number };
      const bytes = new Uint8Array(await response.arrayBuffer());
      return { text: textOf(bytes), size: bytes.length, revision: number };
    },
  });
}

export function fileRevisions(namespace: string, path: string) {
  return queryOptions({
    queryKey: ["namespaceFiles", namespace, "revisions", path],
    queryFn: async ({ signal }) => {
      const found = await requestJson<{ revision: number }[]>(`${rootOf(namespace)}/revisions${query({ path })}`, {
        signal,
      });
      return found.map(({ revision }) => revision).toSorted((one, other) => other - one);
    },
  });
}

/** Stores a file and gives its new revision; with the revision that was edited, another that came in between is not lost. */
export async function storeFile(namespace: string, path: string, content: Blob, revision?: number): Promise<number> {
  const body = new FormData();
  body.append("fileContent", content, path.split("/").at(-1) ?? "file");
  const headers: Record<string, string> = revision === undefined ? {} : { "if-match": `"${revision}"` };
  return revisionOf(await request(`${rootOf(namespace)}${query({ path })}`, { method: "POST", body, headers }));
}

export async function makeDirectory(namespace: string, path: string): Promise<void> {
  await request(`${rootOf(namespace)}/directory${query({ path })}`, { method: "POST" });
}

export async function moveFile(namespace: string, from: string, to: string): Promise<void> {
  await request(`${rootOf(namespace)}${query({ from, to })}`, { method: "PUT" });
}

export async function deleteFile(namespace: string, path: string): Promise<void> {
  await request(`${rootOf(namespace)}${query({ path })}`, { method: "DELETE" });
}

export function fileAddress(namespace: string, path: string): string {
  return `${API}${rootOf(namespace)}${query({ path })}`;
}

export function archiveAddress(namespace: string): string {
  return `${API}${rootOf(namespace)}/export`;
}

function rootOf(namespace: string): string {
  return `/namespaces/${namespace}/files`;
}

function revisionOf(response: Response): number {
  return Number(/\d+/.exec(response.headers.get("etag") ?? "")?.[0] ?? 0);
}

function textOf(bytes: Uint8Array): string | null {
  if (bytes.includes(0)) return null;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}
