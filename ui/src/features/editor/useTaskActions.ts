import { useState } from "react";
import { t } from "../../i18n/text";
import { nodeOf, type TaskPlace, taskOfNode } from "../../source/tasks";
import type { BlockActions } from "./blocks/types";
import type { CanvasActions } from "./Panels";
import {
  addTask,
  deleteTask,
  dropTask,
  duplicateTask,
  moveTask,
  type Slot,
  slotAfter,
  toggleTask,
  wrapTask,
} from "./taskEdits";
import type { Editor } from "./useEditor";
import { useStable } from "./useStable";

/** Stands for the flow itself among what can be chosen. */
export const FLOW = "flow";

interface OpenSlot extends Slot {
  kind: "tasks" | "triggers";
  /** Where it is, as a button says it. */
  words: string;
}

export interface TaskActions {
  selected: string | undefined;
  slot: OpenSlot | null;
  canvas: CanvasActions;
  blocks: BlockActions;
  pick: (type: string) => void;
  dropSlot: () => void;
  close: () => void;
  openFlow: () => void;
}

/** What graph and blocks do with the text, and which task is chosen. */
export function useTaskActions(editor: Editor, onChosen: () => void): TaskActions {
  const [selected, setSelected] = useState<string | undefined>(undefined);
  const [slot, setSlot] = useState<OpenSlot | null>(null);

  const select = (uid: string): void => {
    setSelected(uid);
    onChosen();
    const found = taskOfNode(editor.tasks, uid);
    if (found) editor.goTo(found.from, false);
  };
  const offer = (where: Slot, kind: OpenSlot["kind"]): void => {
    const before = editor.tasks.findLast(
      ({ list, index }) => list.join("\n") === where.list.join("\n") && index < where.index,
    );
    const words = before
      ? t("Insert after {task}", { task: before.id })
      : kind === "triggers"
        ? t("Insert the trigger")
        : t("Insert as the first");
    setSlot({ ...where, kind, words });
  };
  const pick = (type: string): void => {
    if (!slot) return;
    setSlot(null);
    const id = addTask(editor, slot, type);
    if (!id) return;
    setSelected(nodeOf({ list: slot.list, parents: parentsOf(editor, slot), id }));
    onChosen();
  };
  const addFirst = (kind: OpenSlot["kind"]): void =>
    offer({ list: [kind], index: editor.tasks.filter((one) => one.list.join() === kind).length }, kind);
  const onKey = (key: string, uid: string): boolean => {
    const at = taskOfNode(editor.tasks, uid);
    if (!at) return false;
    if (key === "a") offer(slotAfter(at), kindOf(at));
    else if (key === "A") offer({ list: at.list, index: at.index }, kindOf(at));
    else if (key === "d") duplicateTask(editor, at);
    else if (key === "x") toggleTask(editor, at);
    else if (key === "Delete" || key === "Backspace") deleteTask(editor, at);
    else if (key === "ArrowUp" || key === "ArrowDown") moveTask(editor, at, key === "ArrowUp" ? -1 : 1);
    else return false;
    return true;
  };
  const wrap = (place: TaskPlace, name: string): void => {
    const id = wrapTask(editor, place, name);
    if (id) setSelected(nodeOf({ ...place, id }));
  };
  const remove = (place: TaskPlace): void => {
    if (deleteTask(editor, place)) setSelected(undefined);
  };
  const canvas = useStable({
    select,
    addAfter: (uid: string) => {
      const at = taskOfNode(editor.tasks, uid);
      if (at) offer(slotAfter(at), "tasks");
    },
    addFirst: () => addFirst("tasks"),
    addTrigger: () => addFirst("triggers"),
    onKey,
  });
  const blocks = useStable({
    select,
    add: offer,
    drop: (place: TaskPlace, where: Slot) => void dropTask(editor, place, where),
    wrap,
    toggle: (place: TaskPlace) => void toggleTask(editor, place),
    duplicate: (place: TaskPlace) => void duplicateTask(editor, place),
    remove,
    key: onKey,
  });
  const others = useStable({
    dropSlot: () => setSlot(null),
    close: () => setSelected(undefined),
    openFlow: () => {
      setSelected(FLOW);
      onChosen();
    },
  });
  return { selected, slot, canvas, blocks, pick, ...others };
}

/** The ids of the tasks around a list. */
function parentsOf(editor: Editor, { list }: Slot): string[] {
  const key = list.slice(0, -1).join("\n");
  const holder = editor.tasks.find(({ path, lists }) => {
    return path.join("\n") === key || lists.some((one) => one.join("\n") === list.join("\n"));
  });
  return holder ? [...holder.parents, holder.id] : [];
}

function kindOf(place: TaskPlace): OpenSlot["kind"] {
  return place.list[0] === "triggers" ? "triggers" : "tasks";
}
