import type { NodeRun } from "../../../components/graph/nodeData";
import type { TaskPlace } from "../../../source/tasks";
import type { Problem } from "../problems";
import type { Slot } from "../taskEdits";

/** What can be done with the tasks of the text. */
export interface BlockActions {
  select: (uid: string) => void;
  add: (slot: Slot, kind: "tasks" | "triggers") => void;
  drop: (place: TaskPlace, slot: Slot) => void;
  wrap: (place: TaskPlace, name: string) => void;
  toggle: (place: TaskPlace) => void;
  duplicate: (place: TaskPlace) => void;
  remove: (place: TaskPlace) => void;
  /** A key pressed on a block; tells whether it meant something. */
  key: (key: string, uid: string) => boolean;
}

/** Where what is dragged would be put. */
export interface DropTarget {
  list: string;
  index: number;
}

export interface Drag {
  dragged: TaskPlace | null;
  target: DropTarget | null;
  begin: (place: TaskPlace) => void;
  over: (target: DropTarget | null) => void;
  drop: (slot: Slot) => void;
  end: () => void;
}

/** What every list and every card is drawn with. */
export interface BlockContext {
  selected: string | undefined;
  problems: ReadonlyMap<string, Problem["severity"]>;
  runs: ReadonlyMap<string, NodeRun> | undefined;
  actions: BlockActions;
  drag: Drag;
}
