import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { lazy, Suspense, useMemo, useState } from "react";
import { flowSource, updateFlow } from "../../api/flows";
import { type Revision, revisions as revisionsOf } from "../../api/revisions";
import { FlowTabs } from "../../components/FlowTabs";
import { Head } from "../../components/Head";
import { Icon } from "../../components/Icon";
import { Loaded } from "../../components/Loaded";
import { moment } from "../../components/times";
import { toast, toastError } from "../../components/toasts";
import { Waiting } from "../../components/Waiting";
import { plural, t } from "../../i18n/text";
import { compareTexts, countLines } from "../../source/comparison";
import { GraphDiff } from "./GraphDiff";
import { RevisionList } from "./RevisionList";

const CodeArea = lazy(async () => ({ default: (await import("../../components/CodeArea")).CodeArea }));
const TextDiff = lazy(async () => ({ default: (await import("../../components/compare/TextDiff")).TextDiff }));

type View = "both" | "text" | "graph";

export interface Compared {
  old?: number;
  now?: number;
}

interface Props {
  namespace: string;
  id: string;
  compared: Compared;
  onCompare: (compared: Compared) => void;
}

/** The history of a flow: any two revisions beside each other, and a way back to each. */
export function RevisionsPage({ namespace, id, compared, onCompare }: Props) {
  const found = useQuery(revisionsOf(namespace, id));
  return (
    <>
      <Head
        title={id}
        crumbs={[
          <Link key="namespace" to="/flows" search={{ namespace }}>
            {namespace}
          </Link>,
        ]}
        hasTabs
      />
      <FlowTabs namespace={namespace} id={id} />
      <Loaded query={found}>
        {(revisions) => (
          <History revisions={revisions} compared={compared} onCompare={onCompare} namespace={namespace} id={id} />
        )}
      </Loaded>
    </>
  );
}

function History({ revisions, compared, onCompare, namespace, id }: Props & { revisions: Revision[] }) {
  const client = useQueryClient();
  const [view, setView] = useState<View>("both");
  const current = revisions[0] as Revision;
  const counts = useMemo(() => countsOf(revisions), [revisions]);
  const now = revisions.find(({ revision }) => revision === compared.now) ?? current;
  const before = revisions[revisions.indexOf(now) + 1] ?? now;
  const old = revisions.find(({ revision }) => revision === compared.old) ?? before;
  const isOnly = revisions.length === 1;
  const comparison = useMemo(() => compareTexts(old.source, now.source), [old, now]);
  const back = now.revision === current.revision ? old : now;
  const restore = async (): Promise<void> => {
    try {
      const saved = await updateFlow(namespace, id, back.source, current.revision);
      client.setQueryData(flowSource(namespace, id).queryKey, saved);
      await client.invalidateQueries({ queryKey: ["flows"] });
      toast(t("Revision {revision} has the text of {old}", { revision: saved.revision, old: back.revision }));
      onCompare({});
    } catch (error) {
      toastError(error);
    }
  };
  return (
    <div className="rv">
      <section className="rv__l" aria-label={t("Revisions")}>
        <RevisionList
          revisions={revisions}
          counts={counts}
          current={current.revision}
          old={isOnly ? 0 : old.revision}
          now={now.revision}
          onChoose={(revision) => onCompare({ now: revision })}
        />
      </section>
      <section
        className="rv__m"
        aria-label={t("Revision {old} against {now}", { old: old.revision, now: now.revision })}
      >
        <div className="rv__bar">
          {isOnly ? (
            <p className="small muted">{t("This is the only revision so far.")}</p>
          ) : (
            <>
              <Choice
                label={t("Old")}
                revisions={revisions}
                value={old.revision}
                onChoose={(revision) => onCompare({ old: revision, now: now.revision })}
              />
              <Icon name="right" small className="muted" />
              <Choice
                label={t("New")}
                revisions={revisions}
                value={now.revision}
                onChoose={(revision) => onCompare({ old: old.revision, now: revision })}
              />
              <button
                className="btn btn--s btn--icon"
                type="button"
                aria-label={t("Swap")}
                onClick={() => onCompare({ old: now.revision, now: old.revision })}
              >
                <Icon name="updown" small />
              </button>
            </>
          )}
          <span className="seg push" role="group" aria-label={t("Show")}>
            {(["both", "text", "graph"] as const).map((one) => (
              <button key={one} type="button" aria-pressed={view === one} onClick={() => setView(one)}>
                {{ both: t("Text and graph"), text: t("Text"), graph: t("Graph") }[one]}
              </button>
            ))}
          </span>
        </div>
        <p className="rv__sum small muted" hidden={isOnly}>
          {comparison.keys.length > 0
            ? plural(
                comparison.keys.length,
                {
                  one: "Of the flow itself {names} is different.",
                  other: "Of the flow itself {names} are different.",
                },
                { names: comparison.keys.join(", ") },
              )
            : t("Everything but the tasks and triggers is the same.")}
        </p>
        <div className={`cmp cmp--${view}`}>
          {view !== "graph" && (
            <Suspense fallback={<Waiting />}>
              {isOnly ? (
                <section aria-label={t("Text")}>
                  <CodeArea label={t("Text of {name}", { name: id })} text={now.source} written="yaml" isReadOnly />
                </section>
              ) : (
                <TextDiff
                  old={old.source}
                  now={now.source}
                  label={t("Text of {old} against {now}", { old: old.revision, now: now.revision })}
                  come={comparison.come}
                  gone={comparison.gone}
                />
              )}
            </Suspense>
          )}
          {view !== "text" && <GraphDiff old={old.source} now={now.source} changed={comparison.changed} />}
        </div>
        {back.revision !== current.revision && (
          <div className="foot rst">
            <p className="small">
              {t("Restoring {old} writes revision {revision} with the text of {old}.", {
                old: back.revision,
                revision: current.revision + 1,
              })}{" "}
              <span className="muted">{t("The history stays, and runs in progress keep their revision.")}</span>
            </p>
            <button
              className="btn push"
              type="button"
              onClick={() => void navigator.clipboard.writeText(back.source).then(() => toast(t("Copied")))}
            >
              <Icon name="copy" small />
              {t("Copy text of {revision}", { revision: back.revision })}
            </button>
            <button className="btn btn--primary" type="button" onClick={() => void restore()}>
              <Icon name="restart" small />
              {t("Restore revision {revision}", { revision: back.revision })}
            </button>
          </div>
        )}
      </section>
    </div>
  );
}

interface ChoiceProps {
  label: string;
  revisions: Revision[];
  value: number;
  onChoose: (revision: number) => void;
}

function Choice({ label, revisions, value, onChoose }: ChoiceProps) {
  return (
    <select
      className="select num"
      aria-label={label}
      value={value}
      onChange={(event) => onChoose(Number(event.target.value))}
    >
      {revisions.map(({ revision, updated }) => (
        <option key={revision} value={revision}>
          {`${revision}, ${moment(updated)}`}
        </option>
      ))}
    </select>
  );
}

function countsOf(revisions: readonly Revision[]): Map<number, { come: number; gone: number }> {
  return new Map(
    revisions.flatMap((one, index) => {
      const before = revisions[index + 1];
      return before ? [[one.revision, countLines(before.source, one.source)] as const] : [];
    }),
  );
}
