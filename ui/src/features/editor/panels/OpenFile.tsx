import { useQuery } from "@tanstack/react-query";
import { type StoredFile, storedFile } from "../../../api/storedFiles";
import { CodeArea, writtenIn } from "../../../components/CodeArea";
import { chord } from "../../../components/chord";
import { FileNotices } from "../../../components/files/FileNotices";
import { useFileText } from "../../../components/files/useFileText";
import { Icon } from "../../../components/Icon";
import { Loaded } from "../../../components/Loaded";
import { sizeOf } from "../../../components/sizes";
import { t } from "../../../i18n/text";

interface Props {
  namespace: string;
  path: string;
  /** Puts an expression that reads the file where the cursor is. */
  onUse: (expression: string) => void;
  onClose: () => void;
}

/** A file of the namespace beside the flow that reads it. */
export function OpenFile(props: Props) {
  const found = useQuery(storedFile(props.namespace, props.path));
  return (
    <section className="files__one" aria-label={nameOf(props.path)}>
      <Loaded query={found}>{(file) => <Writing {...props} file={file} />}</Loaded>
    </section>
  );
}

function Writing({ namespace, path, file, onUse, onClose }: Props & { file: StoredFile }) {
  const writing = useFileText(namespace, path, file);
  const { isDirty, isSaving, seed } = writing;
  const name = nameOf(path);
  return (
    <>
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
            aria-disabled={!isDirty || isSaving}
            title={chord("⌘S")}
            onClick={writing.save}
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
      <FileNotices writing={writing} />
      {file.text === null ? (
        <p className="page-state">
          {t("This file is no text, or too long to be edited here: {size}.", { size: sizeOf(file.size) })}
        </p>
      ) : (
        <CodeArea
          key={seed.turn}
          label={t("Text of {name}", { name })}
          text={seed.text}
          written={writtenIn(path)}
          onChange={writing.write}
          onSave={writing.save}
        />
      )}
    </>
  );
}

function nameOf(path: string): string {
  return path.replace(/^\//, "");
}
