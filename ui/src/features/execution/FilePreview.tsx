import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { fileAddress, filePreview, fileSize, type Preview } from "../../api/files";
import { Failure } from "../../components/Failure";
import { Icon } from "../../components/Icon";
import { JsonTree } from "../../components/JsonTree";
import { RowTable } from "../../components/RowTable";
import { Waiting } from "../../components/Waiting";
import { t } from "../../i18n/text";

const Markdown = lazy(async () => ({ default: (await import("../../components/Markdown")).Markdown }));

interface Props {
  executionId: string;
  uri: string;
  onClose: () => void;
}

/** A file of an execution: what can be seen of it, and the way to have it as a whole. */
export function FilePreview({ executionId, uri, onClose }: Props) {
  const found = useQuery(filePreview(executionId, uri));
  const size = useQuery(fileSize(executionId, uri));
  const name = decodeURIComponent(uri.split("/").at(-1) ?? uri);
  return (
    <section className="preview" aria-label={t("File {name}", { name })}>
      <div className="row">
        <h3 className="mono cut">{name}</h3>
        {size.data !== undefined && <span className="small muted num nowrap">{bytes(size.data.size)}</span>}
        <a className="btn btn--s push" href={fileAddress(executionId, uri)} download={name}>
          <Icon name="download" small />
          {t("Download")}
        </a>
        <button
          className="btn btn--ghost btn--s btn--icon"
          type="button"
          aria-label={t("Close the file")}
          onClick={onClose}
        >
          <Icon name="close" small />
        </button>
      </div>
      {found.isPending && <Waiting />}
      {found.isError && <Failure error={found.error} />}
      {found.data && (
        <Suspense fallback={<Waiting />}>
          <Content preview={found.data} address={fileAddress(executionId, uri, true)} name={name} />
        </Suspense>
      )}
      {found.data?.truncated && found.data.type !== "BINARY" && (
        <p className="small muted">{t("This is the beginning; the whole file can be downloaded.")}</p>
      )}
    </section>
  );
}

function Content({ preview, address, name }: { preview: Preview; address: string; name: string }) {
  switch (preview.type) {
    case "LIST": {
      const [first] = preview.content;
      const isValue = preview.extension === "json" && preview.content.length === 1 && first !== undefined;
      return isValue ? <JsonTree value={first} /> : <RowTable rows={preview.content} name={name} />;
    }
    case "MARKDOWN":
      return <Markdown text={preview.content} />;
    case "IMAGE":
      return <img className="preview__image" src={address} alt={t("Content of {name}", { name })} />;
    case "PDF":
      return <iframe className="preview__page" src={address} title={t("Content of {name}", { name })} />;
    case "BINARY":
      return <p className="muted">{t("There is no preview of a file of this kind.")}</p>;
    default:
      return (
        <pre className="code-block" tabIndex={0} aria-label={t("Content of {name}", { name })}>
          {preview.content}
        </pre>
      );
  }
}

function bytes(size: number): string {
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  let at = 0;
  let left = size;
  for (; left >= 1000 && at < units.length - 1; at++) left /= 1000;
  return `${at === 0 ? left : left.toFixed(left < 10 ? 1 : 0)} ${units[at]}`;
}
