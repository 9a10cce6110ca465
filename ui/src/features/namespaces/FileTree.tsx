import { useQuery } from "@tanstack/react-query";
import { type DragEvent, useState } from "react";
import { entriesOf } from "../../api/storedFiles";
import { Failure } from "../../components/Failure";
import { Icon } from "../../components/Icon";
import { sizeOf } from "../../components/sizes";
import { t } from "../../i18n/text";

interface Props {
  namespace: string;
  chosen: string | undefined;
  onOpen: (path: string) => void;
  /** Files let go over a directory. */
  onDrop: (event: DragEvent, into: string) => void;
}

/** Directories and files; what a directory holds is asked for when it is opened. */
export function FileTree(props: Props) {
  return (
    <div className="tree grow">
      <Entries {...props} path="/" level={0} />
    </div>
  );
}

function Entries({ path, level, ...props }: Props & { path: string; level: number }) {
  const { namespace, chosen, onOpen, onDrop } = props;
  const found = useQuery(entriesOf(namespace, path));
  const [unfolded, setUnfolded] = useState<ReadonlySet<string>>(new Set());
  if (found.isError) return <Failure error={found.error} />;
  if (found.data?.length === 0) {
    return (
      <p className="small muted nfiles__note">
        {level === 0 ? t("{namespace} has no files yet.", { namespace }) : t("This directory is empty.")}
      </p>
    );
  }
  const toggle = (name: string): void => {
    const next = new Set(unfolded);
    if (!next.delete(name)) next.add(name);
    setUnfolded(next);
  };
  return (
    <ul>
      {found.data?.map(({ fileName, type, size }) => {
        const own = path + fileName;
        const isDirectory = type === "Directory";
        const isOpen = unfolded.has(fileName) || (chosen?.startsWith(`${own}/`) ?? false);
        return (
          <li key={fileName} onDrop={isDirectory ? (event) => onDrop(event, `${own}/`) : undefined}>
            <button
              className="ti"
              style={{ "--lv": level, width: "100%" } as React.CSSProperties}
              type="button"
              aria-expanded={isDirectory ? isOpen : undefined}
              aria-current={chosen === own ? "true" : undefined}
              onClick={() => (isDirectory ? toggle(fileName) : onOpen(own))}
            >
              <Icon name={isDirectory ? (isOpen ? "down" : "right") : "file"} small className="muted" />
              <span className="ti__n cut">{fileName}</span>
              {!isDirectory && <span className="ti__m push num">{sizeOf(size)}</span>}
            </button>
            {isDirectory && isOpen && <Entries {...props} path={`${own}/`} level={level + 1} />}
          </li>
        );
      })}
    </ul>
  );
}
