import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { fileAddress, fileRevisions, type StoredFile, storedFile } from "../../api/storedFiles";
import { writtenIn } from "../../components/CodeArea";
import { Loaded } from "../../components/Loaded";
import { sizeOf } from "../../components/sizes";
import { t } from "../../i18n/text";
import { FileText } from "./FileText";

interface Props {
  namespace: string;
  path: string;
  onOpen: (path: string | undefined) => void;
}

/** One file: its text to be changed, or what can be done with it when it is none. */
export function FileEditor({ namespace, path, onOpen }: Props) {
  const client = useQueryClient();
  const [revision, setRevision] = useState<number>();
  const onSaved = async (): Promise<void> => {
    if (revision === undefined) return;
    await client.fetchQuery({ ...storedFile(namespace, path), staleTime: 0 });
    setRevision(undefined);
  };
  const found = useQuery(storedFile(namespace, path, revision));
  const { data: revisions = [], dataUpdatedAt } = useQuery(fileRevisions(namespace, path));
  return (
    <section className="nfiles__one" aria-label={path.slice(1)}>
      <Loaded query={found}>
        {(file) => (
          <FileText
            // A text that is being written does not change because the page looked again.
            key={revision ?? ""}
            namespace={namespace}
            path={path}
            file={file}
            written={writtenIn(path)}
            revisions={revisions}
            newest={{ revision: revisions[0] ?? 0, at: dataUpdatedAt }}
            isOld={revision !== undefined && revision !== revisions[0]}
            onRevision={setRevision}
            onSaved={onSaved}
            onOpen={onOpen}
          >
            {file.text === null && <NoText namespace={namespace} path={path} file={file} />}
          </FileText>
        )}
      </Loaded>
    </section>
  );
}

function NoText({ namespace, path, file }: { namespace: string; path: string; file: StoredFile }) {
  return (
    <p className="page-state">
      {t("This file is no text, or too long to be edited here: {size}.", { size: sizeOf(file.size) })}{" "}
      <a className="link" href={fileAddress(namespace, path)} download>
        {t("Download it")}
      </a>
    </p>
  );
}
