import { keepPreviousData, type UseQueryResult, useQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { LineFeed } from "../../api/lineFeed";
import { type LogFilter, readLogs } from "../../api/logs";
import { isBeginning, useFrames } from "../../api/stream";
import type { LogLine, Page } from "../../api/types";
import { isWanted } from "./wanted";

/** With more than these the page is read again, so that a tab that stays open holds no more than it shows. */
const MOST = 5_000;

export interface LiveLogs {
  query: UseQueryResult<Page<LogLine>>;
  /** The newest first. */
  lines: readonly LogLine[];
  /** How many were written since the lines were held. */
  held: number;
  /** Holds the lines as they are, or takes what was written meanwhile. */
  hold: (isHeld: boolean) => void;
}

/** A page of lines; on the first one those that are written meanwhile come by themselves, unless they are held. */
export function useLiveLogs(filter: LogFilter): LiveLogs {
  const isFirst = filter.page === 1 && filter.to === undefined;
  const feed = useRef(new LineFeed());
  const isHeld = useRef(false);
  const [lines, setLines] = useState<readonly LogLine[]>([]);
  const [held, setHeld] = useState(0);
  const shown = useRef(0);
  const key = JSON.stringify(filter);
  const shownFor = useRef("");
  const show = useCallback((isAnother = false) => {
    const all = feed.current.lines;
    if (isHeld.current && !isAnother) return setHeld(Math.max(0, all.length - shown.current));
    shown.current = all.length;
    setHeld(0);
    setLines(all.toReversed());
  }, []);
  const query = useQuery({
    queryKey: ["logs", "page", filter],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => {
      feed.current.begin();
      return readLogs(filter, signal);
    },
  });
  const { data, isPlaceholderData, refetch } = query;
  useEffect(() => {
    if (!data || isPlaceholderData) return;
    feed.current.replace(data.results.toReversed());
    show(shownFor.current !== key);
    shownFor.current = key;
  }, [data, isPlaceholderData, key, show]);
  useFrames(isFirst ? ["logs"] : [], (frame) => {
    if (isBeginning(frame)) return void refetch();
    const fresh = (frame.data as { entries: LogLine[] }).entries.filter((line) => isWanted(line, filter));
    if (fresh.length === 0) return;
    feed.current.add(fresh);
    if (feed.current.lines.length > MOST && !isHeld.current) void refetch();
    else show();
  });
  const hold = useCallback(
    (next: boolean) => {
      if (isHeld.current === next) return;
      isHeld.current = next;
      show();
    },
    [show],
  );
  return { query, lines, held, hold };
}
