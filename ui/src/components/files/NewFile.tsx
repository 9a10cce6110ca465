import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { ApiError } from "../../api/client";
import { makeDirectory, storeFile } from "../../api/storedFiles";
import { t } from "../../i18n/text";
import { Dialog } from "../Dialog";
import { Failure } from "../Failure";
import { LabelledField } from "../LabelledField";

interface Props {
  namespace: string;
  onClose: () => void;
  onMade: (path: string) => void;
}

/** Asks for the path of a file, or of a directory when it ends in a slash. */
export function NewFile({ namespace, onClose, onMade }: Props) {
  const client = useQueryClient();
  const [text, setText] = useState("");
  const path = `/${text.trim().replace(/^\/+/, "")}`;
  const isDirectory = path.endsWith("/");
  const make = useMutation({
    mutationFn: async () => {
      if (isDirectory) await makeDirectory(namespace, path.slice(0, -1));
      else await storeFile(namespace, path, new Blob([""]), 0);
    },
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ["namespaceFiles", namespace] });
      if (!isDirectory) onMade(path);
      onClose();
    },
  });
  const isThere = make.error instanceof ApiError && make.error.status === 412;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (path !== "/") make.mutate();
  };
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={t("New file")}
      width={440}
      foot={
        <>
          <button className="btn push" type="button" onClick={onClose}>
            {t("Cancel")}
          </button>
          <button className="btn btn--primary" type="submit" form="new-file" aria-disabled={path === "/"}>
            {isDirectory && path !== "/" ? t("Make the directory") : t("Make the file")}
          </button>
        </>
      }
    >
      <form id="new-file" className="exec__form" onSubmit={submit}>
        <LabelledField
          label={t("Path")}
          help={t("Such as sql/join.sql; a path that ends in a slash makes a directory.")}
          error={isThere ? t("There is a file of this path already.") : undefined}
        >
          {(id, note) => (
            <input
              id={id}
              className="input input--mono"
              aria-describedby={note}
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
          )}
        </LabelledField>
        {make.error && !isThere && <Failure error={make.error} />}
      </form>
    </Dialog>
  );
}
