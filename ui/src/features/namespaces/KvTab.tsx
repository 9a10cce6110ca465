import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { inheritedKeys, type KvEntry, keysOf } from "../../api/kv";
import { Empty } from "../../components/Empty";
import { FilterField } from "../../components/FilterField";
import { Icon } from "../../components/Icon";
import { Loaded } from "../../components/Loaded";
import { moment } from "../../components/times";
import { t } from "../../i18n/text";
import { KvPanel } from "./KvPanel";

interface Props {
  namespace: string;
}

/** The keys of a namespace and what they hold; those of the namespaces above are shown below. */
export function KvTab({ namespace }: Props) {
  const own = useQuery(keysOf(namespace));
  const inherited = useQuery(inheritedKeys(namespace)).data ?? [];
  const [q, setQ] = useState("");
  const [chosen, setChosen] = useState<{ key: string; namespace: string } | "new" | null>(null);
  const fits = ({ key, description = "" }: KvEntry): boolean =>
    `${key} ${description}`.toLowerCase().includes(q.toLowerCase());
  const everything = [...(own.data ?? []), ...inherited];
  const entry =
    chosen === null || chosen === "new"
      ? undefined
      : everything.find((one) => one.key === chosen.key && one.namespace === chosen.namespace);
  const isOpen = chosen === "new" || entry !== undefined;
  const isChosen = (one: KvEntry): boolean => entry === one;
  return (
    <div className={`ex ${isOpen ? "ex--side" : ""}`}>
      <div className="ex__main">
        <div className="tools tools--tab">
          <FilterField label={t("Filter by key or description")} value={q} onChange={setQ} />
          <button className="btn" type="button" onClick={() => setChosen("new")}>
            <Icon name="plus" small />
            {t("Add key")}
          </button>
        </div>
        <Loaded query={own}>
          {(entries) =>
            everything.length === 0 ? (
              <Empty icon="key" title={t("No key yet")}>
                {t("Flows keep here what the next run must know: kv('name') reads a key, the task kv.Set writes one.")}
              </Empty>
            ) : (
              <table className="table table--cards keys">
                <caption className="sr">{t("Keys of {namespace}", { namespace })}</caption>
                <colgroup>
                  <col style={{ width: "32%" }} />
                  <col />
                  <col style={{ width: 130 }} />
                  <col style={{ width: 140 }} />
                  <col style={{ width: 100 }} />
                </colgroup>
                <thead>
                  <tr>
                    <th scope="col">{t("Key")}</th>
                    <th scope="col">{t("Description")}</th>
                    <th scope="col">{t("Expires")}</th>
                    <th scope="col">{t("Changed")}</th>
                    <th scope="col" className="n">
                      {t("Revision")}
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {entries.filter(fits).map((one) => (
                    <KeyRow key={one.key} entry={one} isChosen={isChosen(one)} onChoose={() => setChosen(one)} />
                  ))}
                  {inherited.some(fits) && (
                    <tr className="group">
                      <th scope="colgroup" colSpan={5}>
                        {t("Inherited")}
                      </th>
                    </tr>
                  )}
                  {inherited.filter(fits).map((one) => (
                    <KeyRow
                      key={`${one.namespace}/${one.key}`}
                      entry={one}
                      from={one.namespace}
                      isChosen={isChosen(one)}
                      onChoose={() => setChosen(one)}
                    />
                  ))}
                </tbody>
              </table>
            )
          }
        </Loaded>
      </div>
      {isOpen && (
        <KvPanel
          key={entry ? `${entry.namespace}/${entry.key}/${entry.revision}` : "new"}
          namespace={namespace}
          entry={entry}
          onClose={() => setChosen(null)}
          onSaved={(key) => setChosen({ key, namespace })}
        />
      )}
    </div>
  );
}

interface RowProps {
  entry: KvEntry;
  from?: string;
  isChosen: boolean;
  onChoose: () => void;
}

function KeyRow({ entry, from, isChosen, onChoose }: RowProps) {
  return (
    <tr aria-selected={isChosen}>
      <td>
        <button className="mono-s med cut" type="button" onClick={onChoose}>
          {entry.key}
        </button>
      </td>
      <td className="muted cut">{from ? t("of {namespace}", { namespace: from }) : (entry.description ?? "")}</td>
      <td className={entry.expirationDate ? "num warn" : "muted hide-s"}>
        {entry.expirationDate ? moment(entry.expirationDate) : t("never")}
      </td>
      <td className="num hide-s">{moment(entry.updateDate)}</td>
      <td className="n num hide-s">{entry.revision}</td>
    </tr>
  );
}
