import { useQuery } from "@tanstack/react-query";
import { type DragEvent, useRef, useState } from "react";
import { archiveAddress, pathsWith } from "../../api/storedFiles";
import { useLive } from "../../api/stream";
import { Failure } from "../../components/Failure";
import { FilterField } from "../../components/FilterField";
import { NewFile } from "../../components/files/NewFile";
import { Icon } from "../../components/Icon";
import { t } from "../../i18n/text";
import { droppedIn } from "./dropped";
import { FileEditor } from "./FileEditor";
import { FileTree } from "./FileTree";
import { UploadProgress } from "./UploadProgress";
import { useUploads } from "./useUploads";

interface Props {
  namespace: string;
  /** The file that is open. */
  path: string | undefined;
  onOpen: (path: string | undefined) => void;
}

/** The files of a namespace: a tree, and the one that is open beside it; files can be dropped onto the tree. */
export function FilesTab({ namespace, path, onOpen }: Props) {
  useLive("files");
  const [q, setQ] = useState("");
  const [isMaking, setMaking] = useState(false);
  const [isOver, setOver] = useState(false);
  const picker = useRef<HTMLInputElement>(null);
  const hits = useQuery(pathsWith(namespace, q));
  const { sending, error, upload, stop } = useUploads(namespace);
  const drop = (event: DragEvent, into: string): void => {
    event.preventDefault();
    event.stopPropagation();
    setOver(false);
    void droppedIn(event.dataTransfer).then((files) => upload(files, into));
  };
  const over = (event: DragEvent): void => {
    event.preventDefault();
    setOver(true);
  };
  return (
    <div className={`nfiles ${path ? "nfiles--open" : ""}`}>
      <section
        className="nfiles__tree"
        aria-label={t("Files")}
        data-over={isOver}
        onDragOver={over}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => drop(event, "/")}
      >
        <div className="nfiles__bar">
          <FilterField label={t("Find a file")} value={q} onChange={setQ} />
          <button className="btn btn--icon" type="button" aria-label={t("New file")} onClick={() => setMaking(true)}>
            <Icon name="plus" small />
          </button>
          <button
            className="btn btn--icon"
            type="button"
            aria-label={t("Upload files")}
            onClick={() => picker.current?.click()}
          >
            <Icon name="upload" small />
          </button>
          <a
            className="btn btn--icon"
            href={archiveAddress(namespace)}
            download
            aria-label={t("Download all as a ZIP")}
          >
            <Icon name="download" small />
          </a>
        </div>
        <input
          ref={picker}
          type="file"
          multiple
          hidden
          aria-label={t("Files to upload")}
          onChange={(event) => {
            const files = [...(event.target.files ?? [])];
            event.target.value = "";
            void upload(
              files.map((file) => ({ path: file.name, file })),
              "/",
            );
          }}
        />
        {sending && <UploadProgress sending={sending} onStop={stop} />}
        {error !== null && <Failure error={error} />}
        {q ? (
          <ul className="tree">
            {hits.data?.map((hit) => (
              <li key={hit}>
                <button className="ti" type="button" style={{ width: "100%" }} onClick={() => onOpen(hit)}>
                  <Icon name="file" small className="muted" />
                  <span className="ti__n cut">{hit}</span>
                </button>
              </li>
            ))}
            {hits.data?.length === 0 && <li className="small muted nfiles__note">{t("No path holds this text.")}</li>}
          </ul>
        ) : (
          <FileTree namespace={namespace} chosen={path} onOpen={onOpen} onDrop={drop} />
        )}
        <p className="small muted nfiles__note">{t("Files and directories can be dropped here; a ZIP is unpacked.")}</p>
      </section>
      {path ? (
        <FileEditor key={`${namespace}${path}`} namespace={namespace} path={path} onOpen={onOpen} />
      ) : (
        <div className="nfiles__none muted">{t("Choose a file to see and change it.")}</div>
      )}
      {isMaking && <NewFile namespace={namespace} onClose={() => setMaking(false)} onMade={onOpen} />}
    </div>
  );
}
