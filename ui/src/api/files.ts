import { queryOptions } from "@tanstack/react-query";
import { API, query, requestJson } from "./client";
import type { Json } from "./types";

interface Shown {
  extension: string;
  truncated: boolean;
}

/** What can be seen of a file; images and documents are shown by their address. */
export type Preview = Shown &
  ({ type: "LIST"; content: Json[] } | { type: "TEXT" | "MARKDOWN" | "IMAGE" | "PDF" | "BINARY"; content: string });

const ROWS = 200;

export function fileAddress(executionId: string, uri: string, isInline = false): string {
  return `${API}/executions/${executionId}/file${query({ path: uri, inline: isInline || undefined })}`;
}

export function filePreview(executionId: string, uri: string) {
  return queryOptions({
    queryKey: ["files", "preview", executionId, uri],
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
    queryFn: ({ signal }) =>
      requestJson<Preview>(`/executions/${executionId}/file/preview${query({ path: uri, maxRows: ROWS })}`, { signal }),
  });
}

export function fileSize(executionId: string, uri: string) {
  return queryOptions({
    queryKey: ["files", "size", executionId, uri],
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
    queryFn: ({ signal }) =>
      requestJson<{ size: number }>(`/executions/${executionId}/file/metas${query({ path: uri })}`, { signal }),
  });
}

/** The outputs of a task run that are too large to come with the execution. */
export function largeOutputs(executionId: string, taskRunId: string) {
  return queryOptions({
    queryKey: ["outputs", executionId, taskRunId],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: ({ signal }) => requestJson<Json>(`/outputs/tasks/${executionId}/${taskRunId}`, { signal }),
  });
}
