import { useMutation, useQueryClient } from "@tanstack/react-query";
import { lazy, type ReactNode, Suspense, useState } from "react";
import { deleteFile, fileAddress, moveFile, type StoredFile } from "../../api/storedFiles";
import { Confirm } from "../../components/actions/Confirm";
import { CodeArea, type Written } from "../../components/CodeArea";
import { chord } from "../../components/chord";
import { FileNotices } from "../../components/files/FileNotices";
import { useFileText } from "../../components/files/useFileText";
import { Icon } from "../../components/Icon";
import { LabelledField } from "../../components/LabelledField";
import { toast } from "../../components/toasts";
import { Waiting } from "../../components/Waiting";
import { t } from "../../i18n/text";

const FileDiff = lazy(async () => ({ default: (await import("./FileDiff")).FileDiff }));

interface Props {
  namespace: string;
  path: string;
  file: StoredFile;
  written: Written;
  revisions: readonly number[];
  newest: { revision: number; at: number };
  /** A revision that is not the last: it can be looked at and brought back. */
  isOld: boolean;
  onRevision: (revision: number | undefined) => void;
  onSaved: () => Promise<void>;
  onOpen: (path: string | undefined) => void;
  children?: ReactNode;
}

/** The text of a file with what is done to it: saved, moved, deleted, an old revision brought back. */
export function FileText(props: Props) {
  const { namespace, path, file, written, revisions, newest, isOld, onRevision, onSaved, onOpen, children } = props;
  const client = useQueryClient();
  const writing = useFileText(namespace, path, file, { isOld, newest, onSaved });
  const { text, base, isDirty } = writing;
  const [isComparing, setComparing] = useState(false);
  const [asked, setAsked] = useState<"move" | "delete" | null>(null);
  const [to, setTo] = useState(path.slice(1));
  const renew = (): Promise<void> => client.invalidateQueries({ queryKey: ["namespaceFiles", namespace] });
  const move = useMutation({
    mutationFn: () => moveFile(namespace, path, `/${to.replace(/^\/+/, "")}`),
    onSuccess: async () => {
      await renew();
      onOpen(`/${to.replace(/^\/+/, "")}`);
    },
  });
  const remove = useMutation({
    mutationFn: () => deleteFile(namespace, path),
    onSuccess: async () => {
      toast(t("Deleted {name}", { name: path.slice(1) }));
      onOpen(undefined);
      await renew();
    },
  });
  return (
    <>
      <div className="nfiles__bar">
        <code className="mono-s med cut grow">{path.slice(1)}</code>
        {revisions.length > 0 && (
          <select
            className="select narrow"
            aria-label={t("Revision")}
            value={isOld ? file.revision : (revisions[0] ?? "")}
            onChange={(event) => {
              const wanted = Number(event.target.value);
              onRevision(wanted === revisions[0] ? undefined : wanted);
            }}
          >
            {revisions.map((one, index) => (
              <option key={one} value={one}>
                {index === 0
                  ? t("Revision {revision}, the last", { revision: one })
                  : t("Revision {revision}", { revision: one })}
              </option>
            ))}
          </select>
        )}
        {file.text !== null && (isOld || text !== base.text || isComparing) && (
          <button
            className="btn"
            type="button"
            aria-pressed={isComparing}
            onClick={() => setComparing((open) => !open)}
          >
            {t("Compare")}
          </button>
        )}
        <a className="btn btn--icon" href={fileAddress(namespace, path)} download aria-label={t("Download the file")}>
          <Icon name="download" small />
        </a>
        <button
          className="btn btn--icon"
          type="button"
          aria-label={t("Move or rename")}
          onClick={() => setAsked("move")}
        >
          <Icon name="edit" small />
        </button>
        <button
          className="btn btn--icon"
          type="button"
          aria-label={t("Delete the file")}
          onClick={() => setAsked("delete")}
        >
          <Icon name="trash" small />
        </button>
        <button
          className="btn btn--primary"
          type="button"
          aria-disabled={!isDirty || writing.isSaving}
          onClick={writing.save}
        >
          {isOld ? t("Bring it back") : t("Save")}
          <kbd className="kbd">{chord("⌘S")}</kbd>
        </button>
        <button
          className="btn btn--ghost btn--icon"
          type="button"
          aria-label={t("Close the file")}
          onClick={() => onOpen(undefined)}
        >
          <Icon name="close" small />
        </button>
      </div>
      <FileNotices writing={writing} />
      {isComparing && (
        <Suspense fallback={<Waiting />}>
          <FileDiff
            namespace={namespace}
            path={path}
            old={isOld ? null : base.text}
            now={text}
            isYaml={written === "yaml"}
          />
        </Suspense>
      )}
      {children || (
        <CodeArea
          key={writing.seed.turn}
          label={t("Text of {name}", { name: path.slice(1) })}
          text={writing.seed.text}
          written={written}
          isReadOnly={isOld}
          onChange={writing.write}
          onSave={writing.save}
        />
      )}
      {asked === "move" && (
        <Confirm
          title={t("Move {name}", { name: path.slice(1) })}
          verb={t("Move")}
          isPending={move.isPending}
          error={move.error}
          onClose={() => setAsked(null)}
          onConfirm={() => move.mutate()}
        >
          <LabelledField label={t("New path")}>
            {(id) => (
              <input id={id} className="input input--mono" value={to} onChange={(event) => setTo(event.target.value)} />
            )}
          </LabelledField>
        </Confirm>
      )}
      {asked === "delete" && (
        <Confirm
          title={t("Delete {name}?", { name: path.slice(1) })}
          verb={t("Delete the file")}
          keep={t("Keep")}
          isDanger
          isPending={remove.isPending}
          error={remove.error}
          onClose={() => setAsked(null)}
          onConfirm={() => remove.mutate()}
        >
          <p>{t("Flows that read it will fail.")}</p>
        </Confirm>
      )}
    </>
  );
}
