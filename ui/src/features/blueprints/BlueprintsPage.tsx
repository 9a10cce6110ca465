import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { type Blueprint, blueprint, blueprintGraph, blueprints, blueprintTags } from "../../api/blueprints";
import { Failure } from "../../components/Failure";
import { FilterField } from "../../components/FilterField";
import { iconOf } from "../../components/graph/nodeData";
import { Head } from "../../components/Head";
import { Icon } from "../../components/Icon";
import { Loaded } from "../../components/Loaded";
import { Waiting } from "../../components/Waiting";
import { t } from "../../i18n/text";
import type { BlueprintSearch } from "../../search";

const GraphView = lazy(async () => ({ default: (await import("../../components/graph/GraphView")).GraphView }));

interface Props {
  search: BlueprintSearch;
  onSearch: (part: { [Key in keyof BlueprintSearch]?: BlueprintSearch[Key] | undefined }) => void;
}

/** Flows to begin with: found by words and tags, seen as graph and text, taken into the editor. */
export function BlueprintsPage({ search, onSearch }: Props) {
  const found = useQuery(blueprints(search.q, search.tag));
  const tags = useQuery(blueprintTags);
  return (
    <>
      <Head title={t("Blueprints")} />
      <div className="tools">
        <FilterField
          label={t("What a flow does, or a type")}
          value={search.q ?? ""}
          onChange={(q) => onSearch({ q: q || undefined })}
        />
        <select
          className="select narrow"
          aria-label={t("Tag")}
          value={search.tag ?? ""}
          onChange={(event) => onSearch({ tag: event.target.value || undefined })}
        >
          <option value="">{t("All tags")}</option>
          {tags.data?.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      </div>
      <Loaded query={found}>
        {({ results }) => {
          const chosen = results.find(({ id }) => id === search.id) ?? results[0];
          return (
            <div className="bp">
              <nav className="bp__list" aria-label={t("Blueprints")}>
                {results.length === 0 && (
                  <p className="muted page-state">
                    {t("No blueprint fits.")}{" "}
                    <button className="link" type="button" onClick={() => onSearch({ q: undefined, tag: undefined })}>
                      {t("Show all")}
                    </button>
                  </p>
                )}
                <ul>
                  {results.map((one) => (
                    <li key={one.id}>
                      <Item one={one} isChosen={one === chosen} onChoose={() => onSearch({ id: one.id })} />
                    </li>
                  ))}
                </ul>
              </nav>
              {chosen && <Preview key={chosen.id} one={chosen} onTag={(tag) => onSearch({ tag })} />}
            </div>
          );
        }}
      </Loaded>
    </>
  );
}

function Item({ one, isChosen, onChoose }: { one: Blueprint; isChosen: boolean; onChoose: () => void }) {
  return (
    <button className="bp__item" type="button" aria-pressed={isChosen} onClick={onChoose}>
      <span className="row">
        <span className="strong cut">{one.title}</span>
        <span className="push row muted" style={{ gap: 4 }} aria-hidden="true">
          {[...new Set(one.includedTasks.map(iconOf))].slice(0, 4).map((icon) => (
            <Icon key={icon} name={icon} small />
          ))}
        </span>
      </span>
      <span className="small muted bp__text">{one.description}</span>
    </button>
  );
}

function Preview({ one, onTag }: { one: Blueprint; onTag: (tag: string) => void }) {
  const [view, setView] = useState<"graph" | "source">("graph");
  const text = useQuery(blueprint(one.id));
  const graph = useQuery(blueprintGraph(one.id));
  return (
    <article className="bp__page" aria-label={one.title}>
      <header className="bp__head">
        <h2 className="title">{one.title}</h2>
        <Link className="btn btn--primary push" to="/flows/new" search={{ blueprint: one.id }}>
          {t("Use this blueprint")}
        </Link>
      </header>
      <p className="bp__about">{one.description}</p>
      <p className="row bp__about" style={{ flexWrap: "wrap" }}>
        {one.tags.map((tag) => (
          <button key={tag} className="chip" type="button" onClick={() => onTag(tag)}>
            {tag}
          </button>
        ))}
        <span className="seg push" role="group" aria-label={t("Show")}>
          {(["graph", "source"] as const).map((name) => (
            <button key={name} type="button" aria-pressed={view === name} onClick={() => setView(name)}>
              {name === "graph" ? t("Graph") : t("Source")}
            </button>
          ))}
        </span>
      </p>
      {view === "source" ? (
        <pre className="code-block bp__source" tabIndex={0} aria-label={t("Source of {name}", { name: one.title })}>
          {text.data?.source}
        </pre>
      ) : graph.isError ? (
        <div className="page-state">
          <Failure error={graph.error} />
        </div>
      ) : graph.data ? (
        <div className="canvas">
          <Suspense fallback={<Waiting />}>
            <GraphView graph={graph.data} onSelect={() => setView("source")} />
          </Suspense>
        </div>
      ) : (
        <Waiting />
      )}
    </article>
  );
}
