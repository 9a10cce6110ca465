import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import type { LogLevel, LogLine } from "../api/types";
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
}

/** Lines of a log, however many: only those in sight are in the page. */
export function LogView({ lines, isFollowed = false, task, onTask, origin, isOverview = false }: Props) {
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
        (wanted === "" || line.message.toLowerCase().includes(wanted)),
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
  const onScroll = (): void => {
    const element = scroller.current;
    if (element) setTail(element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_END_PX);
  };
  return (
    <div className={`logs ${isOverview ? "logs--all" : ""}`}>
      <div className="logs__bar" hidden={isOverview}>
        <input
          className="input"
          type="search"
          aria-label="Find in the lines"
          placeholder="Find in the lines"
          value={text}
          onChange={(event) => setText(event.target.value)}
          style={{ maxWidth: 280 }}
        />
        <select
          className="select"
          style={{ width: 132 }}
          aria-label="Level"
          value={level}
          onChange={(event) => setLevel(event.target.value as LogLevel)}
        >
          {LEVELS.map((one) => (
            <option key={one} value={one}>
              {one === "TRACE" ? "All levels" : `${one} and above`}
            </option>
          ))}
        </select>
        {onTask && (
          <select
            className="select narrow"
            aria-label="Task"
            value={task ?? ""}
            onChange={(event) => onTask(event.target.value || undefined)}
          >
            <option value="">All tasks</option>
            {tasks.map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
        )}
        <span className="small muted num push">
          {shown.length.toLocaleString("en")}{" "}
          {shown.length !== lines.length && `of ${lines.length.toLocaleString("en")} `}lines
        </span>
        {isFollowed && !isTail && (
          <button className="btn btn--s" type="button" onClick={() => setTail(true)}>
            Follow
          </button>
        )}
      </div>
      <div
        className="logs__lines log"
        ref={scroller}
        onScroll={onScroll}
        tabIndex={0}
        role="log"
        aria-label="Log lines"
      >
        {shown.length === 0 && (
          <p className="muted page-state">{lines.length === 0 ? "No lines yet." : "No line fits these filters."}</p>
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
                <span className="log__msg">{marked(line.message, text)}</span>
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}

function marked(message: string, text: string): ReactNode {
  const at = text ? message.toLowerCase().indexOf(text.toLowerCase()) : -1;
  if (at < 0) return message;
  return (
    <>
      {message.slice(0, at)}
      <mark>{message.slice(at, at + text.length)}</mark>
      {message.slice(at + text.length)}
    </>
  );
}
