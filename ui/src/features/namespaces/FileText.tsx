import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { ApiError } from "../../api/client";
import { deleteFile, fileAddress, moveFile, type StoredFile, storeFile } from "../../api/storedFiles";
import { Confirm } from "../../components/actions/Confirm";
import { CodeArea, type Written } from "../../components/CodeArea";
import { Failure } from "../../components/Failure";
import { Icon } from "../../components/Icon";
import { LabelledField } from "../../components/LabelledField";
import { toast } from "../../components/toasts";
import { t } from "../../i18n/text";

interface Props {
  namespace: string;
  path: string;
  file: StoredFile;
  written: Written;
  revisions: readonly number[];
  /** A revision that is not the last: it can be looked at and brought back. */
  isOld: boolean;
  onRevision: (revision: number | undefined) => void;
  onOpen: (path: string | undefined) => void;
  children?: ReactNode;
}

/** The text of a file with what is done to it: saved, moved, deleted, an old revision brought back. */
export function FileText({ namespace, path, file, written, revisions, isOld, onRevision, onOpen, children }: Props) {
  const client = useQueryClient();
  const [text, setText] = useState(file.text ?? "");
  const [asked, setAsked] = useState<"move" | "delete" | null>(null);
  const [to, setTo] = useState(path.slice(1));
  const renew = (): Promise<void> => client.invalidateQueries({ queryKey: ["namespaceFiles", namespace] });
  const save = useMutation({
    mutationFn: () => storeFile(namespace, path, new Blob([text]), isOld ? undefined : file.revision),
    onSuccess: async () => {
      toast(t("Saved {name}", { name: path.slice(1) }));
      await renew();
      onRevision(undefined);
    },
  });
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
  const isDirty = text !== file.text || isOld;
  const submit = (): void => {
    if (isDirty && file.text !== null && !save.isPending) save.mutate();
  };
  const isConflict = save.error instanceof ApiError && save.error.status === 412;
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
        <button className="btn btn--primary" type="button" aria-disabled={!isDirty || save.isPending} onClick={submit}>
          {isOld ? t("Bring it back") : t("Save")}
          <kbd className="kbd">⌘S</kbd>
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
      {save.error && (
        <div>
          <Failure error={save.error} />
          {isConflict && (
            <p className="nfiles__note">
              {t("Somebody saved this file since it was opened.")}{" "}
              <button className="link" type="button" onClick={() => void renew()}>
                {t("Show what is there now")}
              </button>
            </p>
          )}
        </div>
      )}
      {children || (
        <CodeArea
          label={t("Text of {name}", { name: path.slice(1) })}
          text={file.text ?? ""}
          written={written}
          isReadOnly={isOld}
          onChange={setText}
          onSave={submit}
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
