import { useRef } from "react";
import { t } from "../../i18n/text";
import { Icon } from "../Icon";
import { sizeOf } from "../sizes";
import type { Value } from "./values";

interface Props {
  id: string;
  value: Value | undefined;
  accept?: string | undefined;
  isInvalid: boolean;
  describedBy: string | undefined;
  onChange: (value: Value) => void;
}

/** A file from this machine, or the address of one that is stored already. */
export function FileWidget({ id, value, accept, isInvalid, describedBy, onChange }: Props) {
  const picker = useRef<HTMLInputElement>(null);
  const shared = { "aria-invalid": isInvalid, "aria-describedby": describedBy };
  if (value instanceof File) {
    return (
      <span className="filebox row">
        <Icon name="file" small />
        <span className="cut">{value.name}</span>
        <span className="small muted num nowrap">{sizeOf(value.size)}</span>
        <button id={id} className="btn btn--s push" type="button" onClick={() => onChange("")}>
          {t("Remove")}
        </button>
      </span>
    );
  }
  return (
    <span className="filebox row">
      <button className="btn btn--s" type="button" onClick={() => picker.current?.click()}>
        {t("Choose a file")}
      </button>
      <input
        ref={picker}
        className="sr"
        tabIndex={-1}
        type="file"
        aria-label={t("File")}
        accept={accept}
        onChange={(event) => onChange(event.target.files?.[0] ?? "")}
      />
      <input
        {...shared}
        id={id}
        className="input input--mono"
        placeholder={t("or kestra:///… of a stored file")}
        spellCheck={false}
        value={typeof value === "string" ? value : ""}
        onChange={(event) => onChange(event.target.value)}
      />
    </span>
  );
}
