import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { requestJson } from "../../api/client";
import { LineFeed } from "../../api/lineFeed";
import { readLines } from "../../api/lines";
import { isBeginning, useFrames, whileLost } from "../../api/stream";
import type { LogLine } from "../../api/types";

/** More are read in parts, where they are looked at. */
const FEW = 5_000;

export interface Logs {
  /** All lines in the order of their time; null when they are too many to hold. */
  lines: readonly LogLine[] | null;
  count: number;
}

/** The lines of an execution, as long as they are few; those that are written meanwhile come by themselves. */
export function useLogs(id: string, isOver: boolean): Logs {
  const counted = useQuery({
    queryKey: ["logs", "count", id, isOver],
    refetchInterval: !isOver && whileLost(2_000),
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => (await readLines(id, {}, { offset: 0, size: 1 }, signal)).total ?? 0,
  });
  const isFew = counted.data !== undefined && counted.data <= FEW;
  const lines = useFewLines(id, isOver, isFew);
  if (counted.data !== undefined && !isFew) return { lines: null, count: counted.data };
  return { lines, count: Math.max(lines.length, counted.data ?? 0) };
}

/** They are read when the page opens, when the stream begins anew and when it is over, and told of in between. */
function useFewLines(id: string, isOver: boolean, isFew: boolean): readonly LogLine[] {
  const [lines, setLines] = useState<readonly LogLine[]>([]);
  const [readings, setReadings] = useState(0);
  const feed = useRef(new LineFeed());
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is read again when it is over, and when it is asked for
  useEffect(() => {
    if (!isFew) return;
    const controller = new AbortController();
    feed.current.begin();
    requestJson<LogLine[]>(`/logs/${id}`, { signal: controller.signal }).then(
      (read) => {
        feed.current.replace(read);
        setLines(feed.current.lines);
      },
      () => undefined,
    );
    return () => controller.abort();
  }, [id, isOver, isFew, readings]);
  useFrames(isFew ? [`logs:${id}`] : [], (frame) => {
    if (isBeginning(frame)) return setReadings((count) => count + 1);
    feed.current.add((frame.data as { entries: LogLine[] }).entries);
    setLines(feed.current.lines);
  });
  return lines;
}
