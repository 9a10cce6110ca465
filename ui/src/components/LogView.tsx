import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import type { LogLevel, LogLine } from "../api/types";
import { plural, t } from "../i18n/text";
import { withoutSequences } from "./ansi";
import { LogMessage } from "./LogMessage";
import { clockMillis, moment } from "./times";

const LEVELS: LogLevel[] = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR"];
const LINE_PX = 20;
const NEAR_END_PX = 60;

interface Props {
  lines: readonly LogLine[];
  isFollowed?: boolean;
  task?: string | undefined;
  onTask?: (task: string | undefined) => void;
  origin?: (line: LogLine) => ReactNode;
  /** For lines of many flows: with the day and a wide column for where they come from, filtered by the page around. */
  isOverview?: boolean;
  /** Told whether the first line is in sight, each time that changes. */
  onTop?: ((isAtTop: boolean) => void) | undefined;
  /** Each new number leads back to the first line. */
  turn?: number;
  /** What stands at the end of the bar. */
  children?: ReactNode;
}

/** Lines of a log, however many: only those in sight are in the page. */
export function LogView({
  lines,
  isFollowed = false,
  task,
  onTask,
  origin,
  isOverview = false,
  onTop,
  turn = 0,
  children,
}: Props) {
  const [level, setLevel] = useState<LogLevel>("TRACE");
  const [text, setText] = useState("");
  const [isTail, setTail] = useState(true);
  const scroller = useRef<HTMLDivElement>(null);
  const shown = useMemo(() => {
    const lowest = LEVELS.indexOf(level);
    const wanted = text.toLowerCase();
    return lines.filter(
      (line) =>
        LEVELS.indexOf(line.level) >= lowest &&
        (task === undefined || line.taskId === task) &&
        (wanted === "" || withoutSequences(line.message).toLowerCase().includes(wanted)),
    );
  }, [lines, level, text, task]);
  const rows = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE_PX,
    overscan: 20,
  });
  const tasks = useMemo(() => [...new Set(lines.flatMap(({ taskId }) => (taskId ? [taskId] : [])))], [lines]);
  const last = shown.length - 1;
  useEffect(() => {
    if (isFollowed && isTail && last >= 0) rows.scrollToIndex(last, { align: "end" });
  }, [isFollowed, isTail, last, rows]);
  const isAtTop = useRef(true);
  useEffect(() => {
    if (turn > 0) rows.scrollToOffset(0);
  }, [turn, rows]);
  const onScroll = (): void => {
    const element = scroller.current;
    if (element && isAtTop.current !== element.scrollTop < LINE_PX) {
      isAtTop.current = !isAtTop.current;
      onTop?.(isAtTop.current);
    }
    if (element) setTail(element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_END_PX);
  };
  return (
    <div className={`logs ${isOverview ? "logs--all" : ""}`}>
      <div className="logs__bar" hidden={isOverview}>
        <input
          className="input"
          type="search"
          aria-label={t("Find in the lines")}
          placeholder={t("Find in the lines")}
          value={text}
          onChange={(event) => setText(event.target.value)}
          style={{ maxWidth: 280 }}
        />
        <select
          className="select"
          style={{ width: 132 }}
          aria-label={t("Level")}
          value={level}
          onChange={(event) => setLevel(event.target.value as LogLevel)}
        >
          {LEVELS.map((one) => (
            <option key={one} value={one}>
              {one === "TRACE" ? t("All levels") : t("{level} and above", { level: one })}
            </option>
          ))}
        </select>
        {onTask && (
          <select
            className="select narrow"
            aria-label={t("Task")}
            value={task ?? ""}
            onChange={(event) => onTask(event.target.value || undefined)}
          >
            <option value="">{t("All tasks")}</option>
            {tasks.map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
        )}
        <span className="small muted num push">
          {shown.length === lines.length
            ? plural(lines.length, { one: "{count} line", other: "{count} lines" })
            : plural(
                lines.length,
                { one: "{shown} of {count} line", other: "{shown} of {count} lines" },
                { shown: shown.length },
              )}
        </span>
        {isFollowed && !isTail && (
          <button className="btn btn--s" type="button" onClick={() => setTail(true)}>
            {t("Follow")}
          </button>
        )}
        {children}
      </div>
      <div
        className="logs__lines log"
        ref={scroller}
        onScroll={onScroll}
        tabIndex={0}
        role="log"
        aria-label={t("Log lines")}
      >
        {shown.length === 0 && (
          <p className="muted page-state">
            {lines.length === 0 ? t("No lines yet.") : t("No line fits these filters.")}
          </p>
        )}
        <div style={{ height: rows.getTotalSize(), position: "relative" }}>
          {rows.getVirtualItems().map(({ index, start, key }) => {
            const line = shown[index];
            if (!line) return null;
            return (
              <div
                key={key}
                data-index={index}
                ref={rows.measureElement}
                className={`log__line log__line--${line.level.toLowerCase()}`}
                style={{ position: "absolute", insetInline: 0, transform: `translateY(${start}px)` }}
              >
                <time dateTime={line.timestamp}>
                  {isOverview ? moment(line.timestamp) : clockMillis(new Date(line.timestamp))}
                </time>
                <span className="log__lv" title={line.level}>
                  {line.level[0]}
                </span>
                <span className="log__task">{origin ? origin(line) : line.taskId}</span>
                <span className="log__msg">
                  <LogMessage message={line.message} text={text} />
                </span>
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}
