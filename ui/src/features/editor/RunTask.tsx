import { useState } from "react";
import { replay } from "../../api/actions";
import { requestJson } from "../../api/client";
import type { Execution, Flow } from "../../api/types";
import { Icon } from "../../components/Icon";
import { toastError } from "../../components/toasts";
import { t } from "../../i18n/text";
import type { TaskPlace } from "../../source/tasks";

interface Props {
  flow: Flow;
  place: TaskPlace;
  tasks: readonly TaskPlace[];
  /** The run that is shown; what it gave is what the task is tried with. */
  run: Execution | undefined;
  save: () => Promise<Flow | null>;
  onRun: (id: string) => void;
}

/** Tries one task: with what a former run gave before it, or from the beginning up to it. */
export function RunTask({ flow, place, tasks, run, save, onRun }: Props) {
  const [isStarting, setStarting] = useState(false);
  const before = run?.taskRunList?.find(({ taskId }) => taskId === place.id);
  const next = nextOf(place, tasks);
  const start = (work: (revision: number) => Promise<Execution>): void => {
    setStarting(true);
    void save()
      .then((saved) => saved && work(saved.revision))
      .then((started) => started && onRun(started.id), toastError)
      .finally(() => setStarting(false));
  };
  const stop = next ? [next.id] : [];
  return (
    <div className="fm__run" role="group" aria-label={t("Try {task}", { task: place.id })}>
      <button
        className="btn btn--s"
        type="button"
        aria-disabled={isStarting}
        onClick={() => start(() => startUpTo(flow, stop))}
      >
        <Icon name="play" small />
        {t("Run to here")}
      </button>
      <button
        className="btn btn--s"
        type="button"
        aria-disabled={isStarting || !run || !before}
        onClick={() =>
          run && before && start((revision) => replay(run.id, { taskRunId: before.id, revision, breakpoints: stop }))
        }
      >
        {t("Run only this")}
      </button>
      <button
        className="btn btn--s"
        type="button"
        aria-disabled={isStarting || !run || !before}
        onClick={() => run && before && start((revision) => replay(run.id, { taskRunId: before.id, revision }))}
      >
        {t("Run from here")}
      </button>
      {!before && <p className="small muted">{t("Choose a run below to try it with what that run gave.")}</p>}
    </div>
  );
}

/** Starts a test that stops before a task. */
function startUpTo(flow: Flow, breakpoints: readonly string[]): Promise<Execution> {
  const where = new URLSearchParams({ kind: "TEST" });
  for (const one of breakpoints) where.append("breakpoints", one);
  return requestJson<Execution>(`/executions/${flow.namespace}/${flow.id}?${where}`, { method: "POST" });
}

/** The task that would begin after this one is over. */
function nextOf(place: TaskPlace, tasks: readonly TaskPlace[]): TaskPlace | undefined {
  const at = tasks.indexOf(place);
  return tasks
    .slice(at + 1)
    .find(({ list, path }) => list[0] === "tasks" && !place.path.every((step, index) => path[index] === step));
}
