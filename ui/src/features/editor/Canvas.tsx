import { lazy, memo, Suspense } from "react";
import type { NodeRun } from "../../components/graph/nodeData";
import { Icon } from "../../components/Icon";
import { Waiting } from "../../components/Waiting";
import type { Layout } from "../../graph/layout";
import { t } from "../../i18n/text";
import type { Problem } from "./problems";

const LayoutView = lazy(async () => ({ default: (await import("../../components/graph/GraphView")).LayoutView }));

interface Props {
  layout: Layout | undefined;
  isOld: boolean;
  selected: string | undefined;
  problems: ReadonlyMap<string, Problem["severity"]>;
  runs?: ReadonlyMap<string, NodeRun> | undefined;
  onSelect: (uid: string) => void;
  onAddAfter: (uid: string) => void;
  onAddFirst: () => void;
  onAddTrigger: () => void;
  onKey: (key: string, uid: string) => boolean;
}

/** The graph of the text as it is, or as it was when it could last be read. */
export const Canvas = memo(function Canvas(props: Props) {
  const { layout, isOld, selected, problems, runs, onSelect, onAddAfter, onAddFirst, onAddTrigger, onKey } = props;
  return (
    <section className="ed__panel" aria-label={t("Graph")}>
      <div className="ed__bar">
        <span className="section">{t("Graph")}</span>
        {isOld && layout && <span className="small muted">{t("of the last text that could be read")}</span>}
        <span className="push row" style={{ gap: 2 }}>
          <button className="btn btn--ghost btn--s" type="button" onClick={onAddTrigger}>
            <Icon name="triggers" small />
            {t("Trigger")}
          </button>
          <button className="btn btn--ghost btn--s" type="button" onClick={onAddFirst}>
            <Icon name="plus" small />
            {t("Task")}
          </button>
        </span>
      </div>
      <div className={`canvas ${isOld ? "canvas--old" : ""}`}>
        {layout ? (
          <Suspense fallback={<Waiting />}>
            <LayoutView
              layout={layout}
              selected={selected}
              problems={problems}
              {...(runs && { runs })}
              onSelect={onSelect}
              onAddAfter={onAddAfter}
              onKey={onKey}
            />
          </Suspense>
        ) : (
          <p className="muted small page-state">{t("The graph appears once the text is a flow.")}</p>
        )}
      </div>
    </section>
  );
});
