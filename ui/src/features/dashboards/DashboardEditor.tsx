import { Link, useBlocker, useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useState } from "react";
import type { Dashboard, Narrowed } from "../../api/dashboards";
import { useNews } from "../../api/useNews";
import { DraftNotice } from "../../components/drafts/DraftNotice";
import { findDraft } from "../../components/drafts/drafts";
import { Failure } from "../../components/Failure";
import { Head } from "../../components/Head";
import { SavedElsewhere } from "../../components/SavedElsewhere";
import { toast, toastError } from "../../components/toasts";
import { t } from "../../i18n/text";
import { useCompletions } from "./completions";
import { Grid } from "./Grid";
import { IssueList } from "./IssueList";
import { Narrowing } from "./Narrowing";
import { useDashboardSaving } from "./useDashboardSaving";
import { useDashboardText } from "./useDashboardText";
import { useLiveCharts } from "./useLiveCharts";

const MergeDialog = lazy(async () => ({ default: (await import("../../components/merging/MergeDialog")).MergeDialog }));

interface Props {
  /** Null while it is not there yet. */
  dashboard: Dashboard | null;
  source: string;
}

/** A dashboard as YAML beside what it shows, drawn anew as it is written. */
export function DashboardEditor({ dashboard, source }: Props) {
  const navigate = useNavigate();
  const [narrowed, setNarrowed] = useState<Narrowed>({});
  const editor = useDashboardText(source, useCompletions(), () => void save());
  const live = useLiveCharts(editor.text);
  const draftKey = `dashboard/${dashboard?.id ?? "new"}`;
  const [draft, setDraft] = useState(() => findDraft(draftKey));
  const saving = useDashboardSaving(dashboard, editor.text, source, draftKey);
  const news = useNews("dashboard", dashboard && { id: dashboard.id }, saving.revision);
  const { mark } = editor;
  useEffect(() => mark(live.issues), [mark, live.issues]);
  const { isTouched } = saving;
  useBlocker({
    shouldBlockFn: () => !window.confirm(t("Leave without saving this dashboard?")),
    disabled: !isTouched,
    enableBeforeUnload: isTouched,
  });
  const save = async (): Promise<void> => {
    const result = await saving.save();
    if (!result) return;
    toast(t("Saved as revision {revision}", { revision: result.revision }));
    if (dashboard) return;
    void navigate({ to: "/dashboards/$id/edit", params: { id: result.id }, replace: true, ignoreBlocker: true });
  };
  const takeTheirs = async (): Promise<void> => {
    const conflict = await saving.look();
    if (!conflict) return;
    if (saving.isDirty) return saving.meet(conflict);
    saving.rebase(conflict);
    editor.replace(conflict.theirs);
  };
  const hasErrors = live.issues.some(({ severity }) => severity !== "warning");
  return (
    <>
      <Head
        crumbs={crumbsOf(dashboard)}
        title={dashboard ? dashboard.title : t("New dashboard")}
        beside={
          saving.revision > 0 && (
            <span className="muted num">{t("Revision {revision}", { revision: saving.revision })}</span>
          )
        }
        actions={
          <button
            className="btn btn--primary"
            type="button"
            disabled={!saving.isDirty || saving.isSaving || hasErrors}
            onClick={() => void save()}
          >
            {saving.isSaving ? t("Saving") : t("Save")}
          </button>
        }
      />
      {draft && draft.text !== source && (
        <DraftNotice
          draft={draft}
          onRestore={() => {
            editor.replace(draft.text);
            setDraft(null);
          }}
          onDrop={() => setDraft(null)}
        />
      )}
      {news && !saving.isSaving && !saving.conflict && (
        <SavedElsewhere news={news} isDirty={saving.isDirty} onTake={() => void takeTheirs().catch(toastError)} />
      )}
      <div className="dedit">
        <div className="dedit__code">
          <div className="dedit__text" ref={editor.attach} />
          {saving.error && <Failure error={saving.error} />}
          <IssueList issues={live.issues} isChecking={live.isChecking} onGo={editor.goTo} />
        </div>
        <div>
          <Narrowing
            narrowed={narrowed}
            usual={live.usual}
            onChange={(part) => setNarrowed((old) => ({ ...old, ...part }))}
          />
          <div className="dscroll" tabIndex={0} role="region" aria-label={t("Preview")}>
            <Grid
              charts={live.charts}
              dashboard={null}
              narrowed={{ ...narrowed, range: narrowed.range ?? live.usual }}
            />
          </div>
        </div>
      </div>
      <Suspense>
        {saving.conflict && (
          <MergeDialog
            conflict={saving.conflict}
            mine={editor.text}
            onClose={() => saving.meet(null)}
            onMerge={(text) => {
              if (saving.conflict) saving.rebase(saving.conflict);
              editor.replace(text);
            }}
          />
        )}
      </Suspense>
    </>
  );
}

function crumbsOf(dashboard: Dashboard | null) {
  const all = (
    <Link key="all" to="/dashboards">
      {t("Dashboards")}
    </Link>
  );
  if (!dashboard) return [all];
  return [
    all,
    <Link key="one" to="/dashboards/$id" params={{ id: dashboard.id }}>
      {dashboard.id}
    </Link>,
  ];
}
