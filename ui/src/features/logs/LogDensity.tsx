import { useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, useEffect, useMemo, useState } from "react";
import { type LogFilter, logDensity } from "../../api/logs";
import type { LogLevel } from "../../api/types";
import { moment, utcDay } from "../../components/times";
import { usePause } from "../../components/usePause";
import { number, plural, t } from "../../i18n/text";
import { type Bar, type Density, densityOf, LEVELS } from "./density";

const CALM_MS = 2_000;
const LOOKS: Partial<Record<LogLevel, string>> = { ERROR: "failed", WARN: "warning" };

interface Props {
  filter: LogFilter;
  /** Changes when lines have come. */
  beat: number;
  onLevel: (level: LogLevel | undefined) => void;
  onStretch: (from: string, to: string) => void;
}

/** When how many lines of which level were written: a level or a bar narrows the list to it. */
export function LogDensity({ filter, beat, onLevel, onStretch }: Props) {
  const found = useQuery(logDensity(filter));
  const { data, refetch } = found;
  const calm = usePause(beat, CALM_MS);
  const [first] = useState(calm);
  useEffect(() => {
    if (calm !== first) void refetch();
  }, [calm, first, refetch]);
  const density = useMemo(() => (data ? densityOf(data) : undefined), [data]);
  // The list is there all the same for whoever may not see charts.
  if (found.isError) return null;
  return (
    <section className="hist" aria-label={t("Lines over time")}>
      <Levels counts={density?.counts} level={filter.level} onLevel={onLevel} />
      <Bars density={density} lowest={filter.level} onStretch={onStretch} />
    </section>
  );
}

interface LevelsProps {
  counts: Density["counts"] | undefined;
  level: LogLevel | undefined;
  onLevel: Props["onLevel"];
}

function Levels({ counts, level, onLevel }: LevelsProps) {
  const lowest = LEVELS.indexOf(level ?? "TRACE");
  return (
    <div className="hist__levels" role="group" aria-label={t("Lines by level")}>
      {LEVELS.map((one, index) => (
        <button
          key={one}
          type="button"
          className={`hist__level ${LOOKS[one] ?? ""}`}
          aria-pressed={index <= lowest}
          title={t("{level} and above", { level: one })}
          onClick={() => onLevel(level === one || one === "TRACE" ? undefined : one)}
        >
          <b>{one[0]}</b>
          {one}
          <span className="num">{counts ? number(counts[one]) : "–"}</span>
        </button>
      ))}
    </div>
  );
}

interface BarsProps {
  density: Density | undefined;
  lowest: LogLevel | undefined;
  onStretch: Props["onStretch"];
}

function Bars({ density, lowest, onStretch }: BarsProps) {
  const [focus, setFocus] = useState<string>();
  const bars = density?.bars ?? [];
  const filled = bars.filter(({ total }) => total > 0);
  const current = filled.find(({ from }) => from === focus) ?? filled.at(-1);
  const timeOf = ({ from }: Bar): string => (density?.isByDay ? utcDay(new Date(from)) : moment(from));
  const shown = LEVELS.slice(0, LEVELS.indexOf(lowest ?? "TRACE") + 1);
  const walk = (event: KeyboardEvent<HTMLElement>): void => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const next = step && current && filled[filled.indexOf(current) + step];
    if (!next) return;
    event.preventDefault();
    setFocus(next.from);
    event.currentTarget.querySelector<HTMLElement>(`[data-from="${next.from}"]`)?.focus();
  };
  return (
    <>
      <div className="hist__bars" role="group" aria-label={t("Bars of time")} onKeyDown={walk}>
        {bars.map((bar) =>
          bar.total === 0 ? (
            <i key={bar.from} />
          ) : (
            <button
              key={bar.from}
              type="button"
              data-from={bar.from}
              tabIndex={bar === current ? 0 : -1}
              aria-label={sentenceOf(bar, timeOf(bar))}
              title={sentenceOf(bar, timeOf(bar))}
              onFocus={() => setFocus(bar.from)}
              onClick={() => onStretch(bar.from, bar.to)}
            >
              {shown.map((level) => {
                const share = (bar.counts[level] ?? 0) / (density?.most || 1);
                return share > 0 && <b key={level} className={LOOKS[level]} style={{ "--h": `${share * 100}%` }} />;
              })}
            </button>
          ),
        )}
      </div>
      <div className="hist__axis small muted num" aria-hidden>
        {[bars[0], bars[Math.floor(bars.length / 2)], bars.at(-1)].map((bar, index) => (
          <span key={index}>{bar && timeOf(bar)}</span>
        ))}
      </div>
    </>
  );
}

function sentenceOf({ total, counts }: Bar, time: string): string {
  const errors = counts.ERROR ?? 0;
  if (errors === 0) return plural(total, { one: "{count} line at {time}", other: "{count} lines at {time}" }, { time });
  return plural(
    total,
    {
      one: "{count} line at {time}, {errors} with an error",
      other: "{count} lines at {time}, {errors} with an error",
    },
    { time, errors },
  );
}
