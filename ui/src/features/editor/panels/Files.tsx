import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { entriesOf } from "../../../api/storedFiles";
import { useLive } from "../../../api/stream";
import { Failure } from "../../../components/Failure";
import { NewFile } from "../../../components/files/NewFile";
import { Icon } from "../../../components/Icon";
import { t } from "../../../i18n/text";
import { OpenFile } from "./OpenFile";

interface Props {
  namespace: string;
  /** Puts an expression that reads a file where the cursor is. */
  onUse: (expression: string) => void;
}

/** The files of the flow's namespace: seen, changed, and read by the flow. */
export function Files({ namespace, onUse }: Props) {
  useLive("files");
  const [open, setOpen] = useState<string | null>(null);
  const [isMaking, setMaking] = useState(false);
  if (!namespace)
    return <p className="small muted page-state">{t("Give the flow a namespace to see the files of it.")}</p>;
  return (
    <div className="files">
      <div className="tree" style={{ flex: 1 }}>
        <Entries namespace={namespace} path="/" level={0} chosen={open} onOpen={setOpen} />
        <button className="btn btn--ghost btn--s" type="button" onClick={() => setMaking(true)}>
          <Icon name="plus" small />
          {t("New file")}
        </button>
      </div>
      {isMaking && <NewFile namespace={namespace} onClose={() => setMaking(false)} onMade={setOpen} />}
      {open !== null && (
        <OpenFile
          key={`${namespace}${open}`}
          namespace={namespace}
          path={open}
          onUse={onUse}
          onClose={() => setOpen(null)}
        />
      )}
    </div>
  );
}

interface EntriesProps {
  namespace: string;
  path: string;
  level: number;
  chosen: string | null;
  onOpen: (path: string) => void;
}

function Entries({ namespace, path, level, chosen, onOpen }: EntriesProps) {
  const found = useQuery(entriesOf(namespace, path));
  const [unfolded, setUnfolded] = useState<ReadonlySet<string>>(new Set());
  if (found.isError) return <Failure error={found.error} />;
  if (found.data?.length === 0) {
    const words = level === 0 ? t("The namespace {namespace} has no files yet.", { namespace }) : t("Nothing in here.");
    return <p className="small muted page-state">{words}</p>;
  }
  const toggle = (name: string): void => {
    const next = new Set(unfolded);
    if (!next.delete(name)) next.add(name);
    setUnfolded(next);
  };
  return (
    <ul>
      {found.data?.map(({ fileName, type }) => {
        const own = path + fileName;
        const isDirectory = type === "Directory";
        const isOpen = unfolded.has(fileName) || (chosen?.startsWith(`${own}/`) ?? false);
        return (
          <li key={fileName}>
            <button
              className="ti"
              style={{ "--lv": level, width: "100%" } as React.CSSProperties}
              type="button"
              aria-expanded={isDirectory ? isOpen : undefined}
              aria-pressed={isDirectory ? undefined : chosen === own}
              onClick={() => (isDirectory ? toggle(fileName) : onOpen(own))}
            >
              <Icon name={isDirectory ? (isOpen ? "down" : "right") : "file"} small className="muted" />
              <span className="ti__n cut">{fileName}</span>
            </button>
            {isDirectory && isOpen && (
              <Entries namespace={namespace} path={`${own}/`} level={level + 1} chosen={chosen} onOpen={onOpen} />
            )}
          </li>
        );
      })}
    </ul>
  );
}
