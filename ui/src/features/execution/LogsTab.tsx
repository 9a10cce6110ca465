import { useEffect, useState } from "react";
import { API } from "../../api/client";
import type { Execution, LogLevel, LogLine } from "../../api/types";
import { Failure } from "../../components/Failure";
import { Icon } from "../../components/Icon";
import { LogView } from "../../components/LogView";
import { usePause } from "../../components/usePause";
import { t } from "../../i18n/text";
import { RangeLog } from "./RangeLog";
import { useLineRange } from "./useLineRange";

const LEVELS: LogLevel[] = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR"];

interface Props {
  execution: Execution;
  isOver: boolean;
  /** All lines, where they are few; null where they are read in parts. */
  lines: readonly LogLine[] | null;
  task: string | undefined;
  onTask: (task: string | undefined) => void;
}

/** What an execution wrote: as a whole while it is short, by its parts in sight when it is not. */
export function LogsTab({ execution, isOver, lines, task, onTask }: Props) {
  return (
    <>
      {lines ? (
        <LogView lines={lines} isFollowed={!isOver} task={task} onTask={onTask}>
          {lines.length > 0 && <Download id={execution.id} />}
        </LogView>
      ) : (
        <LongLog execution={execution} isOver={isOver} task={task} onTask={onTask} />
      )}
    </>
  );
}

function LongLog({ execution, isOver, task, onTask }: Omit<Props, "lines">) {
  const [text, setText] = useState("");
  const [level, setLevel] = useState<LogLevel>("TRACE");
  const calm = usePause(text, 150);
  const range = useLineRange(execution.id, { text: calm || undefined, level, task }, !isOver);
  const [shownKey, setShownKey] = useState("");
  const key = JSON.stringify([calm, level, task]);
  useEffect(() => setShownKey(key), [key]);
  const tasks = [...new Set((execution.taskRunList ?? []).map(({ taskId }) => taskId))];
  return (
    <div className="logs">
      <div className="logs__bar">
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
        <span className="push" />
        <Download id={execution.id} />
      </div>
      {range.error ? <Failure error={range.error} /> : <RangeLog key={shownKey} range={range} isFollowed={!isOver} />}
    </div>
  );
}

function Download({ id }: { id: string }) {
  return (
    <a className="btn" href={`${API}/logs/${id}/download`} download>
      <Icon name="download" small />
      {t("Download")}
    </a>
  );
}
