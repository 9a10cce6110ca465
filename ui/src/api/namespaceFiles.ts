import { queryOptions } from "@tanstack/react-query";
import { query, request, requestJson } from "./client";

export interface FileEntry {
  type: "File" | "Directory";
  fileName: string;
  size: number;
}

/** What lies directly in a directory of a namespace; its path begins and ends with a slash. */
export function directory(namespace: string, path: string) {
  return queryOptions({
    queryKey: ["namespaceFiles", namespace, "directory", path],
    queryFn: ({ signal }) =>
      requestJson<FileEntry[]>(`/namespaces/${namespace}/files/directory${query({ path })}`, { signal }),
  });
}

export function namespaceFile(namespace: string, path: string) {
  return queryOptions({
    queryKey: ["namespaceFiles", namespace, "text", path],
    queryFn: async ({ signal }) =>
      (await request(`/namespaces/${namespace}/files${query({ path })}`, { signal })).text(),
  });
}

export async function saveNamespaceFile(namespace: string, path: string, text: string): Promise<void> {
  const body = new FormData();
  body.append("fileContent", new Blob([text], { type: "text/plain" }), path.split("/").at(-1) ?? "file");
  await request(`/namespaces/${namespace}/files${query({ path })}`, { method: "POST", body });
}
