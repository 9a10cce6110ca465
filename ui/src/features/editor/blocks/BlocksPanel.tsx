import { memo, useMemo, useRef, useState } from "react";
import type { NodeRun } from "../../../components/graph/nodeData";
import { Icon } from "../../../components/Icon";
import { rich } from "../../../i18n/rich";
import { t } from "../../../i18n/text";
import { type Block, type BlockList, outlineOf } from "../../../source/outline";
import type { TaskPlace } from "../../../source/tasks";
import type { Problem } from "../problems";
import type { Slot } from "../taskEdits";
import { useStable } from "../useStable";
import { BlockListView } from "./BlockListView";
import type { BlockActions, DropTarget } from "./types";

interface Props {
  tasks: readonly TaskPlace[];
  title: string;
  selected: string | undefined;
  problems: ReadonlyMap<string, Problem["severity"]>;
  runs: ReadonlyMap<string, NodeRun> | undefined;
  actions: BlockActions;
  onFlow: () => void;
}

const PARTS: Record<string, { name: string; add: string; kind: "tasks" | "triggers" }> = {
  triggers: { name: t("Starts by"), add: t("Trigger"), kind: "triggers" },
  tasks: { name: t("Tasks"), add: t("Task"), kind: "tasks" },
  errors: { name: t("On error"), add: t("Task on error"), kind: "tasks" },
  finally: { name: t("At the end"), add: t("Task at the end"), kind: "tasks" },
  afterExecution: { name: t("Afterwards"), add: t("Task afterwards"), kind: "tasks" },
};

/** The tasks as cards, nested as in the text: moved by dragging, added, wrapped, left out. */
export const BlocksPanel = memo(function BlocksPanel(props: Props) {
  const { tasks, title, selected, problems, runs, actions, onFlow } = props;
  const known = useRef(new WeakMap<TaskPlace, Block>());
  const parts = useMemo(() => outlineOf(tasks, known.current), [tasks]);
  const [dragged, setDragged] = useState<TaskPlace | null>(null);
  const [target, setTarget] = useState<DropTarget | null>(null);
  const shown = Object.keys(PARTS).filter((part) => parts.has(part) || part === "triggers");
  const moves = useStable({
    begin: setDragged,
    over: setTarget,
    end: () => {
      setDragged(null);
      setTarget(null);
    },
    drop: (slot: Slot) => {
      if (dragged) actions.drop(dragged, slot);
      moves.end();
    },
  });
  const drag = useMemo(() => ({ dragged, target, ...moves }), [dragged, target, moves]);
  const missing = Object.keys(PARTS).filter((part) => !shown.includes(part));
  return (
    <section className="ed__panel" aria-label={t("Blocks")}>
      <div className="ed__bar">
        <span className="section">{t("Blocks")}</span>
        <span className="small muted push hide-s">
          {rich("Drag, or {up} {down}", {
            up: <kbd className="kbd">⌥↑</kbd>,
            down: <kbd className="kbd">⌥↓</kbd>,
          })}
        </span>
      </div>
      <div className="bl__l">
        <button className="bl__flow" type="button" onClick={onFlow}>
          <Icon name="form" small className="muted" />
          <span className="mono-s strong cut">{title || t("No id yet")}</span>
          <span className="small muted">{t("Id, inputs, labels and all the rest")}</span>
        </button>
        {shown.map((part) => {
          const look = PARTS[part];
          const list: BlockList = parts.get(part) ?? { path: [part], name: part, blocks: [] };
          if (!look) return null;
          return (
            <section key={part} className="bl__part" aria-label={look.name}>
              <h2>{look.name}</h2>
              <BlockListView
                list={list}
                isRoot
                add={look.add}
                kind={look.kind}
                selected={selected}
                problems={problems}
                runs={runs}
                actions={actions}
                drag={drag}
              />
            </section>
          );
        })}
        {missing.length > 0 && (
          <p className="row bl__more">
            {missing.map((part) => (
              <button
                key={part}
                className="block__add"
                type="button"
                onClick={() => actions.add({ list: [part], index: 0 }, "tasks")}
              >
                <Icon name="plus" />
                {PARTS[part]?.add}
              </button>
            ))}
          </p>
        )}
      </div>
    </section>
  );
});
