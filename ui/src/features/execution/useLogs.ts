import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { requestJson } from "../../api/client";
import { readLines } from "../../api/lines";
import { follow } from "../../api/stream";
import type { LogLine } from "../../api/types";

/** More are read in parts, where they are looked at. */
const FEW = 5_000;

export interface Logs {
  /** All lines in the order of their time; null when they are too many to hold. */
  lines: readonly LogLine[] | null;
  count: number;
}

/**
 * The lines of an execution, as long as they are few.
 *
 * While it runs they are followed; a new connection sends all of them again, so they replace what is here once as many
 * have come. When it is over they are read once more, so that what is shown is what is stored.
 */
export function useLogs(id: string, isOver: boolean): Logs {
  const counted = useQuery({
    queryKey: ["logs", "count", id, isOver],
    refetchInterval: isOver ? false : 2_000,
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => (await readLines(id, {}, { offset: 0, size: 1 }, signal)).total ?? 0,
  });
  const isFew = counted.data !== undefined && counted.data <= FEW;
  const lines = useFewLines(id, isOver, isFew);
  if (counted.data !== undefined && !isFew) return { lines: null, count: counted.data };
  return { lines, count: Math.max(lines.length, counted.data ?? 0) };
}

function useFewLines(id: string, isOver: boolean, isFew: boolean): readonly LogLine[] {
  const [lines, setLines] = useState<readonly LogLine[]>([]);
  const shown = useRef(0);
  useEffect(() => {
    if (!isFew) return;
    if (isOver) {
      const controller = new AbortController();
      void requestJson<LogLine[]>(`/logs/${id}`, { signal: controller.signal }).then(setLines, () => undefined);
      return () => controller.abort();
    }
    let buffer: LogLine[] = [];
    let frame = 0;
    const show = (): void => {
      frame = 0;
      if (buffer.length < shown.current) return;
      shown.current = buffer.length;
      setLines([...buffer]);
    };
    const stop = follow(`/logs/${id}/follow`, {
      isEnd: () => false,
      onOpen: () => {
        buffer = [];
      },
      onFrame: ({ kind, data }) => {
        if (kind === "start") return;
        buffer.push(JSON.parse(data) as LogLine);
        frame ||= window.requestAnimationFrame(show);
      },
    });
    return () => {
      stop();
      window.cancelAnimationFrame(frame);
    };
  }, [id, isOver, isFew]);
  return lines;
}
