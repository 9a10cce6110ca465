import { lazy, Suspense } from "react";
import { Icon } from "../../components/Icon";
import { Waiting } from "../../components/Waiting";
import { t } from "../../i18n/text";
import { sureOf } from "./mending";
import { Problems } from "./Problems";
import type { RunsProps } from "./panels/Runs";
import type { Problem } from "./problems";
import type { Editor } from "./useEditor";
import type { Panels } from "./usePanels";

const Runs = lazy(async () => ({ default: (await import("./panels/Runs")).Runs }));

interface Props {
  editor: Editor;
  panels: Panels;
  problems: readonly Problem[];
  isChecking: boolean;
  isUnreachable: boolean;
  /** Absent for a flow that is not there yet. */
  runs: RunsProps | null;
}

/** What is below the panels: what is wrong with the text, and how the flow ran. */
export function DrawerBox({ editor, panels, problems, isChecking, isUnreachable, runs }: Props) {
  const sure = sureOf(problems);
  const drawer = runs ? panels.drawer : "problems";
  return (
    <section className="drawer ed__drawer" aria-label={drawer === "problems" ? t("Problems") : t("Last runs")}>
      <div className="ed__bar ed__bar--low">
        <div className="tabs tabs--sub ed__tabs" role="group" aria-label={t("Below the panels")}>
          <button
            className="tab"
            type="button"
            aria-current={drawer === "problems" ? "page" : undefined}
            onClick={() => panels.show("problems")}
          >
            {t("Problems")} <span className="count num">{problems.length}</span>
          </button>
          {runs && (
            <button
              className="tab"
              type="button"
              aria-current={drawer === "runs" ? "page" : undefined}
              onClick={() => panels.show("runs")}
            >
              {t("Last runs")}
            </button>
          )}
        </div>
        {isUnreachable && (
          <span className="small muted">{t("The server does not answer: only the syntax is checked.")}</span>
        )}
        <span className="push row" style={{ gap: 2 }}>
          {drawer === "problems" && sure.length > 1 && (
            <button className="btn btn--ghost btn--s" type="button" onClick={() => editor.mend(sure)}>
              <Icon name="check" small />
              {t("Mend all {count}", { count: sure.length })}
            </button>
          )}
          <button className="btn btn--ghost btn--s" type="button" onClick={editor.undo}>
            <Icon name="restart" small />
            {t("Undo")}
          </button>
          <button className="btn btn--ghost btn--s" type="button" onClick={editor.redo}>
            {t("Redo")}
          </button>
        </span>
      </div>
      {drawer === "runs" && runs ? (
        <Suspense fallback={<Waiting />}>
          <Runs {...runs} />
        </Suspense>
      ) : (
        <Problems
          problems={problems}
          isChecking={isChecking}
          onGo={editor.goTo}
          onFix={editor.applyFix}
          onMend={editor.mend}
        />
      )}
    </section>
  );
}
