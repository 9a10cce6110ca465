import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { makeDirectory, storeFile } from "../../api/storedFiles";
import { Dialog } from "../../components/Dialog";
import { Failure } from "../../components/Failure";
import { LabelledField } from "../../components/LabelledField";
import { t } from "../../i18n/text";

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
    mutationFn: () =>
      isDirectory ? makeDirectory(namespace, path.slice(0, -1)) : storeFile(namespace, path, new Blob([""])),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ["namespaceFiles", namespace] });
      if (!isDirectory) onMade(path);
      onClose();
    },
  });
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
        {make.error && <Failure error={make.error} />}
      </form>
    </Dialog>
  );
}
