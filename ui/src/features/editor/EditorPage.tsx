import { lazy, type ReactNode, Suspense, useEffect, useMemo, useRef, useState } from "react";
import type { Flow } from "../../api/types";
import { useNews } from "../../api/useNews";
import { DraftNotice } from "../../components/drafts/DraftNotice";
import { findDraft } from "../../components/drafts/drafts";
import { Failure } from "../../components/Failure";
import { SavedElsewhere } from "../../components/SavedElsewhere";
import { toastError } from "../../components/toasts";
import { Waiting } from "../../components/Waiting";
import { t } from "../../i18n/text";
import { nodeOf, taskOfNode } from "../../source/tasks";
import { useKnowledge } from "./completion/knowledge";
import { DrawerBox } from "./DrawerBox";
import { EditorHead } from "./EditorHead";
import { idOf } from "./namespace";
import { PanelBar } from "./PanelBar";
import { PanelView } from "./Panels";
import { deleteTask, duplicateTask } from "./taskEdits";
import { useChecked } from "./useChecked";
import { useEditor } from "./useEditor";
import { useEditorKeys } from "./useEditorKeys";
import { PANEL_LOOKS, type Panel, usePanels } from "./usePanels";
import { useProblems } from "./useProblems";
import { useRunMarks } from "./useRunMarks";
import { useSaving } from "./useSaving";
import { FLOW, useTaskActions } from "./useTaskActions";
import { useWanted } from "./useWanted";

const TaskForm = lazy(async () => ({ default: (await import("./TaskForm")).TaskForm }));
const FlowForm = lazy(async () => ({ default: (await import("./FlowForm")).FlowForm }));
const RunTask = lazy(async () => ({ default: (await import("./RunTask")).RunTask }));
const TryTask = lazy(async () => ({ default: (await import("./trying/TryTask")).TryTask }));
const MergeDialog = lazy(async () => ({ default: (await import("../../components/merging/MergeDialog")).MergeDialog }));
const TaskPicker = lazy(async () => ({ default: (await import("./TaskPicker")).TaskPicker }));

interface Props {
  /** Null for a flow that is not there yet. */
  flow: Flow | null;
  source: string;
  onRun: (flow: { namespace: string; id: string }) => void;
  onCreated: (flow: Flow) => void;
  /** Other ways to begin a new flow. */
  beginnings?: ReactNode;
}

/** One flow as text, graph, blocks and form at once. */
export function EditorPage({ flow, source, onRun, onCreated, beginnings }: Props) {
  const knowledge = useKnowledge();
  const bindings = useRef({ save: () => {}, run: () => {}, rename: () => {} });
  const editor = useEditor(source, flow?.source ?? "", knowledge, {
    save: () => bindings.current.save(),
    run: () => bindings.current.run(),
    rename: () => bindings.current.rename(),
  });
  const draftKey = flow ? `${flow.namespace}/${flow.id}` : "new";
  const [draft, setDraft] = useState(() => findDraft(draftKey));
  const saving = useSaving(flow, editor, draftKey);
  const plain = useMemo(() => editor.calmText.replaceAll("\r\n", "\n"), [editor.calmText]);
  const checked = useChecked(plain);
  const { problems, marks } = useProblems(editor.reading, checked, editor.markProblems);
  const panels = usePanels();
  const [shown, setShown] = useState<Panel | "form">("code");
  const [runId, setRunId] = useState<string | undefined>(undefined);
  const { marks: runs, run } = useRunMarks(runId, editor.tasks);
  const acts = useTaskActions(editor, () => setShown("form"));
  const { selected } = acts;
  const place = selected === undefined ? undefined : taskOfNode(editor.tasks, selected);
  const isFlowForm = selected === FLOW;
  useWanted(editor.tasks, acts.canvas.select);
  const news = useNews("flow", flow && { namespace: flow.namespace, id: flow.id }, saving.revision);

  const takeTheirs = async (): Promise<void> => {
    const conflict = await saving.look();
    if (!conflict) return;
    if (editor.hasChanged()) return saving.meet(conflict);
    saving.rebase(conflict);
    editor.replaceAll(conflict.theirs);
  };

  const saveAll = async (): Promise<Flow | null> => {
    if (!editor.hasChanged()) return flow;
    const result = await saving.save();
    if (result && !flow) onCreated(result);
    return result;
  };
  bindings.current = {
    save: () => void saveAll(),
    run: () => void saveAll().then((result) => result && onRun(result)),
    rename: () => {
      if (!editor.current) return;
      acts.canvas.select(nodeOf(editor.current));
      focusSoon("task-id");
    },
  };
  useLeaveGuard(editor.isDirty);
  useEditorKeys(bindings, editor.undo, editor.redo);

  const open = panels.open;
  const hasForm = place !== undefined || isFlowForm;
  const columns = [...open.map((panel) => PANEL_LOOKS[panel].width), ...(hasForm ? ["364px"] : [])].join(" ");
  // A phone shows one panel, whichever are open beside each other elsewhere.
  const views = shown === "form" || open.includes(shown) ? open : [...open, shown];
  return (
    <>
      <EditorHead
        namespace={flow?.namespace ?? ""}
        id={flow?.id ?? t("New flow")}
        revision={saving.revision}
        isDirty={editor.isDirty}
        isSaving={saving.isSaving}
        problems={problems}
        isChecking={checked.isChecking}
        onSave={bindings.current.save}
        onRun={bindings.current.run}
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
      {news && !saving.isSaving && !saving.conflict && (
        <SavedElsewhere news={news} isDirty={editor.isDirty} onTake={() => void takeTheirs().catch(toastError)} />
      )}
      {saving.error && (
        <div style={{ padding: "8px 12px" }}>
          <Failure error={saving.error} />
        </div>
      )}
      <PanelBar panels={panels} shown={shown} onShow={setShown} beside={beginnings} />
      <div className="ed" data-panel={shown}>
        <div className="ed__panels" style={{ "--cols": columns } as React.CSSProperties}>
          <section className="ed__code" aria-label={t("Code")} data-view="code" hidden={!views.includes("code")}>
            <div className="ed__code-in" ref={editor.attach} />
          </section>
          {views.map(
            (panel) =>
              panel !== "code" && (
                <div key={panel} className="ed__view" data-view={panel}>
                  <PanelView
                    panel={panel}
                    editor={editor}
                    title={flow?.id ?? idOf(editor.calmText)}
                    selected={selected}
                    place={place}
                    marks={marks}
                    runs={runs}
                    canvas={acts.canvas}
                    blocks={acts.blocks}
                    onFlow={acts.openFlow}
                  />
                </div>
              ),
          )}
          {place && (
            <div className="ed__view ed__view--form" data-view="form">
              <Suspense fallback={<Waiting />}>
                <TaskForm
                  editor={editor}
                  place={place}
                  onClose={acts.close}
                  onDuplicate={() => duplicateTask(editor, place)}
                  onDelete={() => {
                    if (deleteTask(editor, place)) acts.close();
                  }}
                  beside={
                    <>
                      {flow && (
                        <RunTask
                          flow={flow}
                          place={place}
                          tasks={editor.tasks}
                          run={run}
                          save={saveAll}
                          onRun={setRunId}
                        />
                      )}
                      <TryTask key={place.id} read={editor.read} place={place} run={run} />
                    </>
                  }
                />
              </Suspense>
            </div>
          )}
          {isFlowForm && (
            <div className="ed__view ed__view--form" data-view="form">
              <Suspense fallback={<Waiting />}>
                <FlowForm editor={editor} isSaved={flow !== null} onClose={acts.close} />
              </Suspense>
            </div>
          )}
        </div>
        <DrawerBox
          editor={editor}
          panels={panels}
          problems={problems}
          isChecking={checked.isChecking}
          isUnreachable={checked.isUnreachable}
          runs={flow && { namespace: flow.namespace, flow: flow.id, shown: runId, onShow: setRunId }}
        />
      </div>
      <Suspense>
        {acts.slot && (
          <TaskPicker kind={acts.slot.kind} place={acts.slot.words} onPick={acts.pick} onClose={acts.dropSlot} />
        )}
        {saving.conflict && (
          <MergeDialog
            conflict={saving.conflict}
            mine={editor.read()}
            onClose={saving.dismiss}
            onMerge={(text) => {
              if (saving.conflict) saving.rebase(saving.conflict);
              editor.replaceAll(text);
            }}
          />
        )}
      </Suspense>
    </>
  );
}

/** Leads to a field that is about to be drawn; its code may still be on its way. */
function focusSoon(id: string, tries = 60): void {
  const field = document.getElementById(id);
  if (field instanceof HTMLInputElement) field.select();
  else if (tries > 0) window.requestAnimationFrame(() => focusSoon(id, tries - 1));
}

function useLeaveGuard(isDirty: boolean): void {
  useEffect(() => {
    if (!isDirty) return;
    const ask = (event: BeforeUnloadEvent): void => event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [isDirty]);
}
