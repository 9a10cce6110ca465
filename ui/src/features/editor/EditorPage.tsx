import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { documentation, plugins } from "../../api/plugins";
import type { Flow } from "../../api/types";
import { Failure } from "../../components/Failure";
import { taskOfNode } from "../../source/tasks";
import { Canvas } from "./Canvas";
import type { Knowledge } from "./completions";
import { DraftNotice } from "./DraftNotice";
import { findDraft } from "./drafts";
import { EditorHead } from "./EditorHead";
import { MergeDialog } from "./MergeDialog";
import { Problems } from "./Problems";
import { allProblems, problemsByNode } from "./problems";
import { TaskForm } from "./TaskForm";
import { TaskPicker } from "./TaskPicker";
import { addTask, deleteTask, duplicateTask, moveTask, type Slot, slotAfter } from "./taskEdits";
import { useChecked } from "./useChecked";
import { useEditor } from "./useEditor";
import { useEditorKeys } from "./useEditorKeys";
import { useSaving } from "./useSaving";
import { useSame, useStable } from "./useStable";

type Panel = "code" | "graph" | "form";

interface Props {
  /** Null for a flow that is not there yet. */
  flow: Flow | null;
  source: string;
  onRun: (flow: { namespace: string; id: string }) => void;
  onCreated: (flow: Flow) => void;
}

/** One flow as text, graph and form at once. */
export function EditorPage({ flow, source, onRun, onCreated }: Props) {
  const knowledge = useKnowledge();
  const actions = useRef({ save: () => {}, run: () => {} });
  const editor = useEditor(source, knowledge, { save: () => actions.current.save(), run: () => actions.current.run() });
  const draftKey = flow ? `${flow.namespace}/${flow.id}` : "new";
  const [draft, setDraft] = useState(() => findDraft(draftKey));
  const saving = useSaving(flow, editor.text, draftKey);
  const plain = useMemo(() => editor.calmText.replaceAll("\r\n", "\n"), [editor.calmText]);
  const checked = useChecked(plain);
  const found = useMemo(
    () => allProblems(plain, editor.errors, checked.validation),
    [plain, editor.errors, checked.validation],
  );
  const problems = useSame(found);
  useEffect(() => editor.markProblems(problems), [editor.markProblems, problems]);
  const nodes = useMemo(() => [...problemsByNode(problems, editor.tasks)], [problems, editor.tasks]);
  const calmNodes = useSame(nodes);
  const marks = useMemo(() => new Map(calmNodes), [calmNodes]);
  const [selected, setSelected] = useState<string | undefined>(undefined);
  const [slot, setSlot] = useState<(Slot & { kind: "tasks" | "triggers" }) | null>(null);
  const [panel, setPanel] = useState<Panel>("code");
  const place = selected === undefined ? undefined : taskOfNode(editor.tasks, selected);

  const saveAll = async (): Promise<Flow | null> => {
    if (!saving.isDirty) return flow;
    const result = await saving.save();
    if (result && !flow) onCreated(result);
    return result;
  };
  actions.current = {
    save: () => void saveAll(),
    run: () => void saveAll().then((result) => result && onRun(result)),
  };
  useLeaveGuard(saving.isDirty);
  useEditorKeys(actions, editor.undo, editor.redo);

  const select = (uid: string): void => {
    setSelected(uid);
    setPanel("form");
    const found = taskOfNode(editor.tasks, uid);
    if (found) editor.goTo(found.from, false);
  };
  const pick = (type: string): void => {
    if (!slot) return;
    setSlot(null);
    const id = addTask(editor, slot, type);
    const around = editor.tasks.find(({ list }) => list.join() === slot.list.join());
    if (id)
      setSelected(
        ["root", ...(slot.kind === "triggers" ? ["Triggers"] : []), ...(around?.parents ?? []), id].join("."),
      );
  };
  const addFirst = (list: "tasks" | "triggers"): void =>
    setSlot({ kind: list, list: [list], index: editor.tasks.filter((one) => one.list.join() === list).length });
  const onKey = (key: string, uid: string): boolean => {
    const at = taskOfNode(editor.tasks, uid);
    if (!at) return false;
    if (key === "a") setSlot({ kind: "tasks", ...slotAfter(at) });
    else if (key === "A") setSlot({ kind: "tasks", list: at.list, index: at.index });
    else if (key === "d") duplicateTask(editor, at);
    else if (key === "Delete" || key === "Backspace") deleteTask(editor, at);
    else if (key === "ArrowUp" || key === "ArrowDown") moveTask(editor, at, key === "ArrowUp" ? -1 : 1);
    else return false;
    return true;
  };
  const addAfter = (uid: string): void => {
    const at = taskOfNode(editor.tasks, uid);
    if (at) setSlot({ kind: "tasks", ...slotAfter(at) });
  };
  const canvas = useStable({
    select,
    addAfter,
    addFirst: () => addFirst("tasks"),
    addTrigger: () => addFirst("triggers"),
    onKey,
  });
  const code = editor.attach;
  return (
    <>
      <EditorHead
        namespace={flow?.namespace ?? ""}
        id={flow?.id ?? "New flow"}
        revision={saving.revision}
        isDirty={saving.isDirty}
        isSaving={saving.isSaving}
        problems={problems}
        isChecking={checked.validation === null && !checked.isUnreachable}
        onSave={actions.current.save}
        onRun={actions.current.run}
      />
      {draft && draft.text !== source && (
        <DraftNotice
          draft={draft}
          onRestore={() => {
            editor.replaceAll(draft.text);
            setDraft(null);
          }}
          onDrop={() => setDraft(null)}
        />
      )}
      {saving.error && (
        <div style={{ padding: "8px 12px" }}>
          <Failure error={saving.error} />
        </div>
      )}
      <div className="panels only-s">
        <span className="seg" role="group" aria-label="Panel">
          {(["code", "graph", "form"] as const).map((one) => (
            <button key={one} type="button" aria-pressed={panel === one} onClick={() => setPanel(one)}>
              {{ code: "Code", graph: "Graph", form: "Form" }[one]}
            </button>
          ))}
        </span>
      </div>
      <div className={`ed ${place ? "ed--form" : ""}`} data-panel={panel}>
        <section className="ed__code" aria-label="Code">
          <div className="ed__code-in" ref={code} />
        </section>
        <Canvas
          graph={checked.graph}
          isOld={checked.isGraphOld}
          selected={selected}
          problems={marks}
          onSelect={canvas.select}
          onAddAfter={canvas.addAfter}
          onAddFirst={canvas.addFirst}
          onAddTrigger={canvas.addTrigger}
          onKey={canvas.onKey}
        />
        {place && (
          <TaskForm
            editor={editor}
            place={place}
            onClose={() => setSelected(undefined)}
            onDuplicate={() => duplicateTask(editor, place)}
            onDelete={() => {
              if (deleteTask(editor, place)) setSelected(undefined);
            }}
          />
        )}
        <section className="drawer ed__drawer" aria-label="Problems">
          <div className="ed__bar ed__bar--low">
            <span className="section">Problems</span>
            <span className="count num">{problems.length}</span>
            {checked.isUnreachable && (
              <span className="small muted">The server does not answer: only the syntax is checked.</span>
            )}
            <span className="push row" style={{ gap: 2 }}>
              <button className="btn btn--ghost btn--s" type="button" onClick={editor.undo}>
                Undo
              </button>
              <button className="btn btn--ghost btn--s" type="button" onClick={editor.redo}>
                Redo
              </button>
            </span>
          </div>
          <Problems problems={problems} isChecking={checked.validation === null} onGo={editor.goTo} />
        </section>
      </div>
      {slot && <TaskPicker kind={slot.kind} onPick={pick} onClose={() => setSlot(null)} />}
      {saving.conflict && (
        <MergeDialog
          conflict={saving.conflict}
          mine={editor.text}
          onClose={saving.dismiss}
          onMerge={(text) => {
            if (saving.conflict) saving.rebase(saving.conflict);
            editor.replaceAll(text);
          }}
        />
      )}
    </>
  );
}

function useKnowledge(): Knowledge {
  const client = useQueryClient();
  const types = useCallback(async () => {
    const found = await client.ensureQueryData(plugins).catch(() => []);
    const all = found.flatMap((plugin) => [...(plugin.tasks ?? []), ...(plugin.triggers ?? [])]);
    return all.filter(({ deprecated }) => !deprecated).map(({ cls, title }) => ({ name: cls, title: title ?? "" }));
  }, [client]);
  const properties = useCallback(
    async (type: string) => {
      const found = await client.ensureQueryData(documentation(type)).catch(() => null);
      return found?.schema.properties ?? null;
    },
    [client],
  );
  return useMemo(() => ({ types, properties }), [types, properties]);
}

function useLeaveGuard(isDirty: boolean): void {
  useEffect(() => {
    if (!isDirty) return;
    const ask = (event: BeforeUnloadEvent): void => event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [isDirty]);
}
