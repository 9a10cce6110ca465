import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { directory, namespaceFile, saveNamespaceFile } from "../../../api/namespaceFiles";
import { Failure } from "../../../components/Failure";
import { Icon } from "../../../components/Icon";
import { toastError } from "../../../components/toasts";
import { t } from "../../../i18n/text";

interface Props {
  namespace: string;
  /** Puts an expression that reads a file where the cursor is. */
  onUse: (expression: string) => void;
}

/** The files of the flow's namespace: seen, changed, and read by the flow. */
export function Files({ namespace, onUse }: Props) {
  const [open, setOpen] = useState<string | null>(null);
  if (!namespace)
    return <p className="small muted page-state">{t("Give the flow a namespace to see the files of it.")}</p>;
  return (
    <div className="files">
      <div className="tree" style={{ flex: 1 }}>
        <Entries namespace={namespace} path="/" level={0} chosen={open} onOpen={setOpen} />
      </div>
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
  const found = useQuery(directory(namespace, path));
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
        const isOpen = unfolded.has(fileName);
        const isDirectory = type === "Directory";
        const own = path + fileName;
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

interface OpenFileProps {
  namespace: string;
  path: string;
  onUse: (expression: string) => void;
  onClose: () => void;
}

function OpenFile({ namespace, path, onUse, onClose }: OpenFileProps) {
  const client = useQueryClient();
  const found = useQuery(namespaceFile(namespace, path));
  const [text, setText] = useState<string | null>(null);
  const shown = text ?? found.data ?? "";
  const isDirty = text !== null && text !== found.data;
  const save = async (): Promise<void> => {
    try {
      await saveNamespaceFile(namespace, path, shown);
      client.setQueryData(namespaceFile(namespace, path).queryKey, shown);
    } catch (error) {
      toastError(error as Error);
    }
  };
  const name = path.replace(/^\//, "");
  return (
    <section className="files__one" aria-label={name}>
      <div className="ed__bar ed__bar--low">
        <code className="mono-s cut">{name}</code>
        {isDirty && <span className="small muted">{t("not saved")}</span>}
        <span className="push row" style={{ gap: 2 }}>
          <button
            className="btn btn--ghost btn--s"
            type="button"
            onClick={() => onUse(`{{ read('${name.replaceAll("'", "\\'")}') }}`)}
          >
            {t("Read it here")}
          </button>
          <button
            className="btn btn--ghost btn--s"
            type="button"
            aria-disabled={!isDirty}
            onClick={() => isDirty && void save()}
          >
            {t("Save file")}
          </button>
          <button
            className="btn btn--ghost btn--s btn--icon"
            type="button"
            aria-label={t("Close the file")}
            onClick={onClose}
          >
            <Icon name="close" small />
          </button>
        </span>
      </div>
      {found.isError ? (
        <Failure error={found.error} />
      ) : (
        <textarea
          className="textarea input--mono files__text"
          aria-label={t("Text of {name}", { name })}
          spellCheck={false}
          readOnly={found.isPending}
          value={shown}
          onChange={(event) => setText(event.target.value)}
        />
      )}
    </section>
  );
}
