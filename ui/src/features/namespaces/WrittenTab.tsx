import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { type Namespace, saveNamespace } from "../../api/namespaces";
import { CodeArea } from "../../components/CodeArea";
import { chord } from "../../components/chord";
import { Failure } from "../../components/Failure";
import { Icon } from "../../components/Icon";
import { toast } from "../../components/toasts";
import { t } from "../../i18n/text";
import type { Problem } from "./written";

interface Props<Value> {
  namespace: Namespace;
  /** What the editor is called. */
  label: string;
  text: string;
  read: (text: string) => { value: Value } | { problems: Problem[] };
  change: (value: Value) => Partial<Namespace>;
  /** What it is for, beside the button. */
  intro: string;
  children: ReactNode;
}

/** A part of a namespace that is written as YAML, with what is wrong in it, and what is inherited below. */
export function WrittenTab<Value>({ namespace, label, text, read, change, intro, children }: Props<Value>) {
  const client = useQueryClient();
  const [written, setWritten] = useState(text);
  const found = read(written);
  const problems = "problems" in found ? found.problems : [];
  const save = useMutation({
    mutationFn: (value: Value) => saveNamespace({ ...namespace, ...change(value) }),
    onSuccess: () => {
      toast(t("Saved for {namespace}", { namespace: namespace.id }));
      void client.invalidateQueries({ queryKey: ["namespaces"] });
    },
  });
  const submit = (): void => {
    if ("value" in found) save.mutate(found.value);
  };
  return (
    <div className="ex__main written">
      <div className="tools tools--tab">
        <p className="small muted grow">{intro}</p>
        <button
          className="btn btn--primary"
          type="button"
          aria-disabled={problems.length > 0 || save.isPending || written === text}
          onClick={submit}
        >
          {t("Save")}
          <kbd className="kbd">{chord("⌘S")}</kbd>
        </button>
      </div>
      <CodeArea label={label} text={text} written="yaml" onChange={setWritten} onSave={submit} />
      {problems.length > 0 && (
        <ul className="written__problems" aria-label={t("Problems")}>
          {problems.map(({ line, detail }, index) => (
            <li key={index} className="field__error">
              <Icon name="s-failed" />
              <span>{line === undefined ? detail : t("Line {line}: {detail}", { line, detail })}</span>
            </li>
          ))}
        </ul>
      )}
      {save.error && <Failure error={save.error} />}
      {children}
    </div>
  );
}
