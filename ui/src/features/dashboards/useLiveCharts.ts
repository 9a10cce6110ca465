import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo, useRef } from "react";
import { parse } from "yaml";
import { type ChartSource, validateDashboard } from "../../api/dashboards";
import type { Issue } from "../../api/types";
import { usePause } from "../../components/usePause";

const PAUSE_MS = 250;
const NO_ISSUES: readonly Issue[] = [];

interface Shown {
  charts: readonly ChartSource[];
  usual: string | undefined;
}

export interface LiveCharts extends Shown {
  issues: readonly Issue[];
  isChecking: boolean;
}

/** What a text that is being written shows, whenever typing pauses: the charts of the last one that could be read. */
export function useLiveCharts(text: string): LiveCharts {
  const calm = usePause(text, PAUSE_MS);
  const last = useRef<Shown>({ charts: [], usual: undefined });
  const checked = useQuery({
    queryKey: ["dashboards", "validate", calm],
    gcTime: 10_000,
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => validateDashboard(calm, signal),
  });
  const read = useMemo(() => shownBy(calm), [calm]);
  if (read) last.current = read;
  return {
    ...last.current,
    issues: checked.data?.issues ?? NO_ISSUES,
    isChecking: checked.isFetching || calm !== text,
  };
}

/** The charts that can be told apart and have a type; the server says what is wrong with the others. */
function shownBy(text: string): Shown | null {
  try {
    const document: unknown = parse(text, { maxAliasCount: 100 });
    const { charts, timeWindow } = (document ?? {}) as { charts?: unknown; timeWindow?: { default?: unknown } };
    const seen = new Set<string>();
    const found = (Array.isArray(charts) ? charts : []).filter((one): one is ChartSource => {
      const isNew = typeof one?.id === "string" && typeof one?.type === "string" && !seen.has(one.id);
      if (isNew) seen.add(one.id);
      return isNew;
    });
    return { charts: found, usual: typeof timeWindow?.default === "string" ? timeWindow.default : undefined };
  } catch {
    return null;
  }
}
