import { useQuery } from "@tanstack/react-query";
import { type KvEntry, type KvValue, keyValue } from "../../api/kv";
import { Icon } from "../../components/Icon";
import { Loaded } from "../../components/Loaded";
import { t } from "../../i18n/text";
import { KvForm } from "./KvForm";

interface Props {
  namespace: string;
  /** Absent: a new key is made. */
  entry: KvEntry | undefined;
  onClose: () => void;
  onSaved: (key: string) => void;
}

/** One key beside the list: its value, type and time to live. */
export function KvPanel({ namespace, entry, onClose, onSaved }: Props) {
  return (
    <aside className="inspector" aria-label={entry ? t("Key {key}", { key: entry.key }) : t("New key")}>
      <div className="insp__h">
        <span className="row">
          <h2 className="mono cut">{entry?.key ?? t("New key")}</h2>
          <button
            className="btn btn--ghost btn--s btn--icon push"
            type="button"
            aria-label={t("Close")}
            onClick={onClose}
          >
            <Icon name="close" small />
          </button>
        </span>
        {entry && <code className="mono-s x">{expressionOf(entry)}</code>}
      </div>
      {entry ? (
        <Stored namespace={namespace} entry={entry} onClose={onClose} onSaved={onSaved} />
      ) : (
        <KvForm namespace={namespace} onClose={onClose} onSaved={onSaved} />
      )}
    </aside>
  );
}

function expressionOf({ key }: KvEntry): string {
  return `{{ kv('${key}') }}`;
}

function Stored({ namespace, entry, onClose, onSaved }: Props & { entry: KvEntry }) {
  const found = useQuery(keyValue(entry));
  return (
    <Loaded query={found}>
      {(value: KvValue) => (
        <KvForm namespace={namespace} entry={entry} value={value} onClose={onClose} onSaved={onSaved} />
      )}
    </Loaded>
  );
}
