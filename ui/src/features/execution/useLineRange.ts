import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useReducer, useRef } from "react";
import { type LineFilter, readLines } from "../../api/lines";
import { whileLost } from "../../api/stream";
import type { LogLine } from "../../api/types";

const CHUNK = 200;
/** What has not been looked at for the longest time is let go, so that a long log does not fill the memory. */
const MOST_CHUNKS = 60;

interface Chunk {
  lines: LogLine[] | null;
  abort: AbortController;
}

export interface LineRange {
  total: number | undefined;
  error: unknown;
  lineAt: (index: number) => LogLine | undefined;
  /** Loads the lines that are in sight and those just beside. */
  show: (first: number, last: number) => void;
}

/** The lines of an execution that fit a filter, loaded where they are looked at. */
export function useLineRange(id: string, filter: LineFilter, isLive: boolean): LineRange {
  const chunks = useRef(new Map<number, Chunk>());
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const key = JSON.stringify([id, filter]);
  const head = useQuery({
    queryKey: ["logs", "range", id, key],
    refetchInterval: isLive && whileLost(1_500),
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => readLines(id, filter, { offset: 0, size: CHUNK }, signal),
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: other lines are other chunks
  useEffect(() => {
    const known = chunks.current;
    return () => {
      for (const { abort } of known.values()) abort.abort();
      known.clear();
    };
  }, [key]);
  const total = head.data?.total;
  const load = (number: number): void => {
    const known = chunks.current.get(number);
    // The last one grows while the execution runs.
    const isWhole =
      known !== undefined &&
      (known.lines === null || known.lines.length === CHUNK || (number + 1) * CHUNK > (total ?? 0));
    const isGrown =
      known?.lines !== null &&
      known !== undefined &&
      number * CHUNK + known.lines.length < Math.min(total ?? 0, (number + 1) * CHUNK);
    if (known && isWhole && !isGrown) {
      chunks.current.delete(number);
      chunks.current.set(number, known);
      return;
    }
    const chunk: Chunk = { lines: known?.lines ?? null, abort: new AbortController() };
    chunks.current.set(number, chunk);
    const offset = number * CHUNK;
    // The server walks along the lines to a place: from the end where that is nearer, once there is an end.
    const isNearEnd = !isLive && total !== undefined && offset < total && offset > total / 2;
    const range = { offset: isNearEnd ? offset - total : offset, size: CHUNK, isCounted: false };
    void readLines(id, filter, range, chunk.abort.signal).then(
      ({ results }) => {
        chunk.lines = results;
        for (const old of [...chunks.current.keys()].slice(0, Math.max(0, chunks.current.size - MOST_CHUNKS)))
          chunks.current.delete(old);
        redraw();
      },
      () => chunks.current.delete(number),
    );
  };
  return {
    total,
    error: head.error,
    lineAt: (index) => {
      const number = Math.floor(index / CHUNK);
      const lines = chunks.current.get(number)?.lines ?? (number === 0 ? head.data?.results : undefined);
      return lines?.[index - number * CHUNK];
    },
    show: (first, last) => {
      for (
        let number = Math.floor(Math.max(0, first) / CHUNK);
        number <= Math.floor(Math.max(0, last) / CHUNK);
        number++
      )
        load(number);
    },
  };
}
