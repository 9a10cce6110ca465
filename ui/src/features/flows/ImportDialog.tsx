import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type DragEvent, useRef, useState } from "react";
import { importFlows } from "../../api/flowBulk";
import { Dialog } from "../../components/Dialog";
import { Failure } from "../../components/Failure";
import { Icon } from "../../components/Icon";
import { toast } from "../../components/toasts";
import { t } from "../../i18n/text";

/** Takes flows from YAML files and ZIPs; says which could not be stored. */
export function ImportDialog({ onClose }: { onClose: () => void }) {
  const client = useQueryClient();
  const picker = useRef<HTMLInputElement>(null);
  const [isOver, setOver] = useState(false);
  const load = useMutation({
    mutationFn: async (files: File[]) => {
      const refused: string[] = [];
      for (const file of files) refused.push(...(await importFlows(file)));
      return refused;
    },
    onSuccess: (refused) => {
      if (refused.length > 0) return;
      toast(t("The flows are imported"));
      onClose();
    },
    onSettled: () => client.invalidateQueries({ queryKey: ["flows"] }),
  });
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    load.mutate([...event.dataTransfer.files]);
  };
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={t("Import flows")}
      width={480}
      foot={
        <>
          <button className="btn push" type="button" onClick={onClose}>
            {t("Close")}
          </button>
          <button className="btn btn--primary" type="button" onClick={() => picker.current?.click()}>
            <Icon name="upload" small />
            {t("Choose files")}
          </button>
        </>
      }
    >
      <div className="exec__form">
        <div
          className="dropzone"
          data-over={isOver}
          onDragOver={(event) => {
            event.preventDefault();
            setOver(true);
          }}
          onDragLeave={() => setOver(false)}
          onDrop={drop}
        >
          <p>{t("Drop YAML files or a ZIP of them here.")}</p>
          <p className="small muted">{t("A flow that is there already gets a new revision.")}</p>
        </div>
        <input
          ref={picker}
          type="file"
          accept=".yml,.yaml,.zip"
          multiple
          hidden
          aria-label={t("Files to import")}
          onChange={(event) => {
            const files = [...(event.target.files ?? [])];
            event.target.value = "";
            if (files.length > 0) load.mutate(files);
          }}
        />
        {load.isPending && (
          <p className="muted" role="status">
            {t("Importing")}
          </p>
        )}
        {load.error && <Failure error={load.error} />}
        {load.data && load.data.length > 0 && (
          <div className="notice failed" role="alert">
            <Icon name="s-failed" />
            <div>
              <p>{t("The others are stored; these could not be:")}</p>
              <ul className="mono-s">
                {load.data.map((name) => (
                  <li key={name}>{name}</li>
                ))}
              </ul>
            </div>
          </div>
        )}
      </div>
    </Dialog>
  );
}
