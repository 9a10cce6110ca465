import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { applyChange, matchesOf, previewChange, type Wanted } from "../../api/sources";
import { Empty } from "../../components/Empty";
import { Failure } from "../../components/Failure";
import { FilterField } from "../../components/FilterField";
import { Head } from "../../components/Head";
import { NamespaceSelect } from "../../components/NamespaceSelect";
import { toast } from "../../components/toasts";
import { usePause } from "../../components/usePause";
import { plural, t } from "../../i18n/text";
import type { SourceSearch } from "../../search";
import { type Hit, SourceHits } from "./SourceHits";

const PAUSE_MS = 300;
const OPTIONS: ["caseSensitive" | "wholeWord" | "regex", string][] = [
  ["caseSensitive", t("Match case")],
  ["wholeWord", t("Whole words")],
  ["regex", t("Regular expression")],
];

interface Props {
  search: SourceSearch;
  onSearch: (part: { [Key in keyof SourceSearch]?: SourceSearch[Key] | undefined }) => void;
}

/** Looks for a text in the texts of all flows, and replaces it in those that are chosen. */
export function SourceSearchPage({ search, onSearch }: Props) {
  const client = useQueryClient();
  const { q = "", namespace } = search;
  const wanted: Wanted = {
    query: q,
    caseSensitive: search.caseSensitive ?? false,
    wholeWord: search.wholeWord ?? false,
    regex: search.regex ?? false,
    ...(namespace && { namespace }),
  };
  const [replacement, setReplacement] = useState<string | null>(null);
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const calm = usePause(replacement, PAUSE_MS);
  const found = useQuery(matchesOf(wanted));
  const preview = useQuery({ ...previewChange(wanted, calm ?? ""), enabled: calm !== null && q !== "" });
  const hits: Hit[] =
    calm !== null && preview.data
      ? preview.data.flows.map(({ matches, ...flow }) => ({ ...flow, lines: matches }))
      : (found.data?.results ?? []).map(({ matches, ...flow }) => ({
          ...flow,
          lines: matches.map(({ line, content }) => ({ line, before: content })),
        }));
  const chosen = hits.filter((hit) => !left.has(`${hit.namespace}/${hit.id}`));
  const apply = useMutation({
    mutationFn: () =>
      applyChange(
        wanted,
        replacement ?? "",
        chosen.map(({ namespace: one, id }) => ({ namespace: one, id })),
      ),
    onSuccess: ({ updated }) => {
      toast(
        plural(updated.length, { one: "{count} flow has a new revision", other: "{count} flows have a new revision" }),
      );
      void client.invalidateQueries({ queryKey: ["flows"] });
    },
  });
  const total = found.data?.total ?? 0;
  return (
    <>
      <Head
        crumbs={[
          <Link key="flows" to="/flows">
            {t("Flows")}
          </Link>,
        ]}
        title={t("Search in texts")}
        beside={
          q &&
          found.data && (
            <span className="muted num">{plural(total, { one: "{count} flow", other: "{count} flows" })}</span>
          )
        }
      />
      <div className="tools">
        <FilterField label={t("Text to look for")} value={q} onChange={(text) => onSearch({ q: text || undefined })} />
        {OPTIONS.map(([option, name]) => (
          <label key={option} className="check">
            <input
              type="checkbox"
              checked={wanted[option]}
              onChange={(event) => onSearch({ [option]: event.target.checked || undefined })}
            />
            {name}
          </label>
        ))}
        <NamespaceSelect value={namespace ?? ""} onChange={(one) => onSearch({ namespace: one || undefined })} />
      </div>
      <div className="tools">
        <input
          className="input input--mono grow"
          aria-label={t("Replace with")}
          placeholder={t("Replace with")}
          value={replacement ?? ""}
          onChange={(event) => setReplacement(event.target.value)}
        />
        <button
          className="btn btn--primary"
          type="button"
          aria-disabled={replacement === null || chosen.length === 0 || apply.isPending}
          onClick={() => replacement !== null && chosen.length > 0 && apply.mutate()}
        >
          {plural(chosen.length, { one: "Replace in {count} flow", other: "Replace in {count} flows" })}
        </button>
      </div>
      {(found.error ?? preview.error ?? apply.error) && (
        <div className="page-state">
          <Failure error={found.error ?? preview.error ?? apply.error} />
        </div>
      )}
      {apply.data && apply.data.skipped.length > 0 && (
        <ul className="page-state small">
          {apply.data.skipped.map(({ namespace: one, id, message, reason }) => (
            <li key={`${one}/${id}`}>
              {t("{flow} was left as it is: {reason}", { flow: `${one}/${id}`, reason: message ?? reason })}
            </li>
          ))}
        </ul>
      )}
      {q === "" ? (
        <Empty icon="search" title={t("What is looked for?")}>
          {t("The texts of all flows are read, comments too. What is found can be replaced in many flows at once.")}
        </Empty>
      ) : hits.length === 0 && found.data ? (
        <Empty icon="search" title={t("No flow holds this text")}>
          {t("Try it without “Match case” and “Whole words”, or in all namespaces.")}
        </Empty>
      ) : (
        <SourceHits hits={hits} left={left} isChanging={replacement !== null} onLeave={setLeft} />
      )}
    </>
  );
}
