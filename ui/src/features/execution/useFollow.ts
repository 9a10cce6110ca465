import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { execution } from "../../api/executions";
import { lacksOutputs, type TaskRunNews, withNews } from "../../api/merging";
import { isBeginning, useFrames, useLive } from "../../api/stream";
import type { Execution } from "../../api/types";
import { isTerminal } from "../../components/states";

/** Values are not sent with what changes: they are read again, not more often than this. */
const READ_MS = 1_000;

/** An execution that stays up to date; it may go on when it is restarted. */
export function useFollow(id: string) {
  const client = useQueryClient();
  const { queryKey } = execution(id);
  const found = useQuery(execution(id));
  const newest = useRef(0);
  const timer = useRef(0);
  const news = useRef<{ headers: Execution[]; runs: TaskRunNews[] }>({ headers: [], runs: [] });

  const readSoon = (): void => {
    timer.current ||= window.setTimeout(() => {
      timer.current = 0;
      void client.invalidateQueries({ queryKey });
    }, READ_MS);
  };

  /** All that came at once is worked in at once: an execution may have thousands of task runs. */
  const workIn = (): void => {
    const { headers, runs } = news.current;
    news.current = { headers: [], runs: [] };
    client.setQueryData<Execution>(queryKey, (old) => old && withNews(old, headers, runs));
    const now = client.getQueryData<Execution>(queryKey);
    const isOver = headers.some(({ state }) => isTerminal(state.current));
    if (now && (isOver || runs.some((run) => lacksOutputs(now, run)))) readSoon();
  };

  useLive(`executions:${id}`, `task-runs:${id}`, `logs:${id}`);
  useFrames([`executions:${id}`, `task-runs:${id}`], (frame) => {
    if (isBeginning(frame)) return void client.invalidateQueries({ queryKey });
    const { version } = frame.data as { version: number };
    newest.current = Math.max(newest.current, version);
    const { headers, runs } = news.current;
    if (headers.length + runs.length === 0) queueMicrotask(workIn);
    if (frame.kind === "execution") headers.push(frame.data as Execution);
    else if (frame.kind === "task-run") runs.push(frame.data as TaskRunNews);
  });

  const version = found.data?.version;
  useEffect(() => {
    // What was told while it was read for the first time had nowhere to go.
    if (version !== undefined && version < newest.current)
      void client.invalidateQueries({ queryKey: ["executions", "one", id] });
  }, [client, id, version]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another execution begins anew
  useEffect(() => {
    return () => {
      window.clearTimeout(timer.current);
      timer.current = 0;
      newest.current = 0;
      news.current = { headers: [], runs: [] };
    };
  }, [id]);
  return found;
}
