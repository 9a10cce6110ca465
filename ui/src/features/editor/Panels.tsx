import { lazy, Suspense } from "react";
import type { NodeRun } from "../../components/graph/nodeData";
import { Waiting } from "../../components/Waiting";
import { t } from "../../i18n/text";
import type { TaskPlace } from "../../source/tasks";
import type { BlockActions } from "./blocks/types";
import { Canvas } from "./Canvas";
import { namespaceOf } from "./namespace";
import type { Problem } from "./problems";
import type { Editor } from "./useEditor";
import type { Panel } from "./usePanels";

const BlocksPanel = lazy(async () => ({ default: (await import("./blocks/BlocksPanel")).BlocksPanel }));
const Docs = lazy(async () => ({ default: (await import("./panels/Docs")).Docs }));
const Files = lazy(async () => ({ default: (await import("./panels/Files")).Files }));

export interface CanvasActions {
  select: (uid: string) => void;
  addAfter: (uid: string) => void;
  addFirst: () => void;
  addTrigger: () => void;
  onKey: (key: string, uid: string) => boolean;
}

interface Props {
  panel: Exclude<Panel, "code">;
  editor: Editor;
  title: string;
  selected: string | undefined;
  /** Whose type the documentation is of, where the cursor is in none. */
  place: TaskPlace | undefined;
  marks: ReadonlyMap<string, Problem["severity"]>;
  runs: ReadonlyMap<string, NodeRun> | undefined;
  canvas: CanvasActions;
  blocks: BlockActions;
  onFlow: () => void;
}

/** One panel beside the code. */
export function PanelView(props: Props) {
  const { panel, editor, selected, marks, runs, canvas } = props;
  if (panel === "graph") {
    return (
      <Canvas
        layout={editor.reading.layout}
        isOld={editor.reading.isGraphOld}
        selected={selected}
        problems={marks}
        runs={runs}
        onSelect={canvas.select}
        onAddAfter={canvas.addAfter}
        onAddFirst={canvas.addFirst}
        onAddTrigger={canvas.addTrigger}
        onKey={canvas.onKey}
      />
    );
  }
  return (
    <Suspense fallback={<Waiting />}>
      {panel === "blocks" ? (
        <BlocksPanel
          tasks={editor.tasks}
          title={props.title}
          selected={selected}
          problems={marks}
          runs={runs}
          actions={props.blocks}
          onFlow={props.onFlow}
        />
      ) : (
        <section className="ed__panel" aria-label={panel === "docs" ? t("Documentation") : t("Files")}>
          <div className="ed__bar">
            <span className="section">{panel === "docs" ? t("Documentation") : t("Files")}</span>
          </div>
          {panel === "docs" ? (
            <Docs type={(editor.current ?? props.place)?.type} />
          ) : (
            <Files namespace={namespaceOf(editor.calmText)} onUse={editor.insert} />
          )}
        </section>
      )}
    </Suspense>
  );
}
