import { type KeyboardEvent, type MouseEvent, useMemo, useState } from "react";
import type { StateName } from "../api/types";
import { number, plural, t } from "../i18n/text";
import { cellsOf, countsOf } from "../timeline/loops";
import { Icon } from "./Icon";
import { StateMark } from "./StateMark";
import { lookOf } from "./states";

interface Props {
  name: string;
  /** In their order; `number` is how people count them. */
  iterations: readonly { state: StateName; number: number }[];
  /** The place of the one that is looked at. */
  selected: number | undefined;
  onSelect: (place: number) => void;
}

const FAILED = new Set<StateName>(["FAILED", "KILLED"]);

/** All iterations of a loop in one line: seen by their states, reached by their number or from failure to failure. */
export function LoopStrip({ name, iterations, selected, onSelect }: Props) {
  const [typed, setTyped] = useState("");
  const cells = useMemo(() => cellsOf(iterations), [iterations]);
  const counts = useMemo(() => countsOf(iterations), [iterations]);
  const failures = useMemo(
    () => iterations.flatMap(({ state }, place) => (FAILED.has(state) ? [place] : [])),
    [iterations],
  );
  const next = failures.find((place) => place > (selected ?? -1)) ?? failures[0];
  const at = selected ?? 0;
  const go = (): void => {
    const place = iterations.findIndex(({ number }) => number === Number(typed));
    if (place >= 0) onSelect(place);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowRight: 1, ArrowLeft: -1, PageDown: 10, PageUp: -10, Home: -at, End: iterations.length }[
      event.key
    ];
    if (step === undefined) return;
    event.preventDefault();
    onSelect(Math.max(0, Math.min(iterations.length - 1, at + step)));
  };
  const onClick = (event: MouseEvent<HTMLElement>): void => {
    const box = event.currentTarget.getBoundingClientRect();
    const cell = cells[Math.min(cells.length - 1, Math.floor(((event.clientX - box.left) / box.width) * cells.length))];
    if (cell) onSelect(cell.worst);
  };
  const words = counts.map(([state, count]) => `${count} ${lookOf(state).word.toLowerCase()}`).join(", ");
  return (
    <div className="loop">
      <div className="row loop__bar">
        <span className="small num row">
          {plural(iterations.length, { one: "{count} iteration", other: "{count} iterations" })}
          {counts.map(([state, count]) => (
            <span key={state} className="row loop__count">
              <StateMark state={state} form="glyph" />
              {number(count)}
            </span>
          ))}
        </span>
        <span className="row push">
          {next !== undefined && (
            <button className="btn btn--s" type="button" onClick={() => onSelect(next)}>
              <Icon name="s-failed" small />
              {selected === undefined || !failures.includes(selected) ? t("First failure") : t("Next failure")}
            </button>
          )}
          <input
            className="input loop__go"
            aria-label={t("Iteration of {name} to go to", { name })}
            placeholder={t("Number")}
            inputMode="numeric"
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
            onKeyDown={(event) => event.key === "Enter" && go()}
          />
          <button className="btn btn--s" type="button" onClick={go}>
            {t("Go")}
          </button>
        </span>
      </div>
      <div
        className="heat"
        role="slider"
        tabIndex={0}
        aria-label={t("Iterations of {name}: {words}", { name, words })}
        aria-valuemin={iterations[0]?.number ?? 0}
        aria-valuemax={iterations.at(-1)?.number ?? 0}
        aria-valuenow={iterations[at]?.number ?? 0}
        aria-valuetext={
          selected === undefined
            ? t("None is looked at")
            : `${iterations[at]?.number}, ${lookOf(iterations[at]?.state ?? "CREATED").word}`
        }
        onKeyDown={onKeyDown}
        onClick={onClick}
      >
        {cells.map(({ state, first, last }) => (
          <i
            key={first}
            className={lookOf(state).className}
            data-on={selected !== undefined && selected >= first && selected <= last ? "" : undefined}
          />
        ))}
      </div>
    </div>
  );
}
