import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { type FormEvent, type ReactNode, useState } from "react";
import { namespaceFigures, namespaceNames } from "../../api/namespaces";
import { Dialog } from "../../components/Dialog";
import { Empty } from "../../components/Empty";
import { FilterField } from "../../components/FilterField";
import { Head } from "../../components/Head";
import { Icon } from "../../components/Icon";
import { LabelledField } from "../../components/LabelledField";
import { Loaded } from "../../components/Loaded";
import { number, t } from "../../i18n/text";
import type { NamespacesSearch } from "../../search";
import { Figures } from "./Figures";
import { NamespaceTree } from "./NamespaceTree";

const NAME = /^[a-z0-9][a-z0-9._-]*$/;

interface Props {
  search: NamespacesSearch;
  onSearch: (part: { q?: string | undefined; view?: "flat" | undefined }) => void;
}

/** Every namespace, as a tree or as a list. */
export function NamespacesPage({ search, onSearch }: Props) {
  const found = useQuery(namespaceNames);
  const figures = useQuery(namespaceFigures).data;
  const beside = figures && ((id: string) => <Figures id={id} figures={figures} />);
  const [isMaking, setMaking] = useState(false);
  const { q = "", view } = search;
  const isFlat = view === "flat";
  return (
    <>
      <Head
        title={t("Namespaces")}
        beside={found.data && <span className="muted num">{number(found.data.length)}</span>}
        actions={
          <button className="btn btn--primary" type="button" onClick={() => setMaking(true)}>
            <Icon name="plus" small />
            {t("New namespace")}
          </button>
        }
      />
      <div className="tools">
        <FilterField label={t("Filter by name")} value={q} onChange={(text) => onSearch({ q: text || undefined })} />
        <div className="seg" role="group" aria-label={t("Form of the list")}>
          <button type="button" aria-pressed={!isFlat} onClick={() => onSearch({ view: undefined })}>
            <Icon name="tree" small />
            {t("Tree")}
          </button>
          <button type="button" aria-pressed={isFlat} onClick={() => onSearch({ view: "flat" })}>
            <Icon name="table" small />
            {t("Flat")}
          </button>
        </div>
      </div>
      <Loaded query={found}>
        {(all) => {
          const names = all.filter((name) => name.toLowerCase().includes(q.toLowerCase()));
          if (names.length === 0)
            return (
              <Empty icon="namespaces" title={q ? t("No namespace has this in its name") : t("No namespace yet")}>
                {t("A namespace is there as soon as a flow names it, or anything is set for it.")}
              </Empty>
            );
          return (
            <div className="scroll" tabIndex={0} role="region" aria-label={t("Namespaces")}>
              {isFlat ? (
                <FlatList names={names} beside={beside} />
              ) : (
                <NamespaceTree names={names} isUnfolded={q !== ""} beside={beside} />
              )}
            </div>
          );
        }}
      </Loaded>
      {isMaking && <NewNamespace known={found.data ?? []} onClose={() => setMaking(false)} />}
    </>
  );
}

interface FlatProps {
  names: readonly string[];
  beside: ((id: string) => ReactNode) | undefined;
}

function FlatList({ names, beside }: FlatProps) {
  return (
    <ul>
      {names.map((name) => (
        <li key={name}>
          <Link className="ti ti--row" to="/namespaces/$namespace" params={{ namespace: name }}>
            <Icon name="namespaces" small className="muted" />
            <span className="ti__n cut">{name}</span>
            {beside?.(name)}
          </Link>
        </li>
      ))}
    </ul>
  );
}

function NewNamespace({ known, onClose }: { known: readonly string[]; onClose: () => void }) {
  const navigate = useNavigate();
  const [name, setName] = useState("");
  const [error, setError] = useState<string>();
  const open = (event: FormEvent): void => {
    event.preventDefault();
    if (!NAME.test(name)) setError(t("Small letters, digits, dots, dashes and underscores, such as shop.analytics"));
    else if (known.includes(name)) setError(t("This namespace is there already."));
    else void navigate({ to: "/namespaces/$namespace", params: { namespace: name } });
  };
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={t("New namespace")}
      width={440}
      foot={
        <>
          <button className="btn push" type="button" onClick={onClose}>
            {t("Cancel")}
          </button>
          <button className="btn btn--primary" type="submit" form="new-namespace">
            {t("Open it")}
          </button>
        </>
      }
    >
      <form id="new-namespace" className="exec__form" onSubmit={open}>
        <LabelledField
          label={t("Name")}
          help={t("A dot puts it below another: shop.analytics is below shop.")}
          error={error}
        >
          {(id, note) => (
            <input
              id={id}
              className="input input--mono"
              aria-describedby={note}
              aria-invalid={error !== undefined}
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </LabelledField>
      </form>
    </Dialog>
  );
}
