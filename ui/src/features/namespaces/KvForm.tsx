import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { deleteKey, KV_TYPES, type KvEntry, type KvType, type KvValue, saveKey } from "../../api/kv";
import { Confirm } from "../../components/actions/Confirm";
import { Failure } from "../../components/Failure";
import { Icon } from "../../components/Icon";
import { LabelledField } from "../../components/LabelledField";
import { moment } from "../../components/times";
import { toast } from "../../components/toasts";
import { t } from "../../i18n/text";
import { bodyOf, fieldText } from "./kvText";

const LIVES: [string, string][] = [
  ["", t("never")],
  ["PT1H", t("in 1 hour")],
  ["P1D", t("in 1 day")],
  ["P7D", t("in 7 days")],
  ["P30D", t("in 30 days")],
];
const KEY = /^[a-zA-Z0-9][a-zA-Z0-9._-]*$/;

interface Props {
  namespace: string;
  entry?: KvEntry;
  value?: KvValue;
  onClose: () => void;
  onSaved: (key: string) => void;
}

/** What a key holds, to be changed; one that is inherited is set here instead. */
export function KvForm({ namespace, entry, value, onClose, onSaved }: Props) {
  const client = useQueryClient();
  const isOwn = entry?.namespace === namespace;
  const [key, setKey] = useState(entry?.key ?? "");
  const [type, setType] = useState<KvType>(value?.type ?? "STRING");
  const [text, setText] = useState(value ? fieldText(value) : "");
  const [ttl, setTtl] = useState("");
  const [description, setDescription] = useState(entry?.description ?? "");
  const [problem, setProblem] = useState<{ key?: string; value?: string }>({});
  const [isAsking, setAsking] = useState(false);
  const renew = (): void => void client.invalidateQueries({ queryKey: ["kv"] });
  const save = useMutation({
    mutationFn: (body: string) =>
      saveKey({
        namespace,
        key,
        text: body,
        ttl,
        description,
        ...(isOwn && value && { revision: value.revision }),
      }),
    onSuccess: () => {
      toast(t("Saved {name}", { name: key }));
      renew();
      onSaved(key);
    },
  });
  const remove = useMutation({
    mutationFn: () => deleteKey(namespace, key),
    onSuccess: () => {
      toast(t("Deleted {name}", { name: key }));
      renew();
      onClose();
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const made = bodyOf(type, text);
    const wrong = {
      ...(!KEY.test(key) && { key: t("Letters, digits, dots, dashes and underscores, a letter or digit first") }),
      ...("problem" in made && { value: made.problem }),
    };
    setProblem(wrong);
    if (!wrong.key && "body" in made) save.mutate(made.body);
  };
  const verb = entry
    ? isOwn
      ? t("Save as revision {revision}", { revision: entry.revision + 1 })
      : t("Override in {namespace}", { namespace })
    : t("Add the key");
  return (
    <form className="insp__b" onSubmit={submit} noValidate>
      {!entry && (
        <LabelledField label={t("Key")} error={problem.key}>
          {(id, note) => (
            <input
              id={id}
              className="input input--mono"
              aria-describedby={note}
              aria-invalid={problem.key !== undefined}
              value={key}
              onChange={(event) => setKey(event.target.value)}
            />
          )}
        </LabelledField>
      )}
      <div className="pair">
        <LabelledField label={t("Type")}>
          {(id) => (
            <select id={id} className="select" value={type} onChange={(event) => setType(event.target.value as KvType)}>
              {KV_TYPES.map((one) => (
                <option key={one}>{one}</option>
              ))}
            </select>
          )}
        </LabelledField>
        <LabelledField label={t("Expires")}>
          {(id) => (
            <select id={id} className="select" value={ttl} onChange={(event) => setTtl(event.target.value)}>
              {LIVES.map(([life, name]) => (
                <option key={life} value={life}>
                  {name}
                </option>
              ))}
            </select>
          )}
        </LabelledField>
      </div>
      {entry?.expirationDate && ttl === "" && (
        <p className="small muted num">
          {t("It expires at {time}; saved like this it never will.", { time: moment(entry.expirationDate) })}
        </p>
      )}
      <ValueField type={type} text={text} error={problem.value} onChange={setText} />
      <LabelledField label={t("Description")}>
        {(id) => (
          <input
            id={id}
            className="input"
            value={description}
            onChange={(event) => setDescription(event.target.value)}
          />
        )}
      </LabelledField>
      {save.error && <Failure error={save.error} />}
      <span className="row wrap">
        <button className="btn btn--primary" type="submit" aria-disabled={save.isPending}>
          {verb}
        </button>
        {isOwn && (
          <button className="btn btn--danger push" type="button" onClick={() => setAsking(true)}>
            <Icon name="trash" small />
            {t("Delete")}
          </button>
        )}
      </span>
      {isAsking && (
        <Confirm
          title={t("Delete the key {key}?", { key })}
          verb={t("Delete {name}", { name: key })}
          keep={t("Keep")}
          isDanger
          isPending={remove.isPending}
          error={remove.error}
          onClose={() => setAsking(false)}
          onConfirm={() => remove.mutate()}
        >
          <p>{t("Flows that read it afterwards fail or take what stands for it. This cannot be undone.")}</p>
        </Confirm>
      )}
    </form>
  );
}

interface ValueProps {
  type: KvType;
  text: string;
  error: string | undefined;
  onChange: (text: string) => void;
}

function ValueField({ type, text, error, onChange }: ValueProps) {
  return (
    <LabelledField label={t("Value")} error={error}>
      {(id, note) => {
        const shared = { id, "aria-describedby": note, "aria-invalid": error !== undefined };
        if (type === "BOOLEAN")
          return (
            <select {...shared} className="select" value={text} onChange={(event) => onChange(event.target.value)}>
              {text !== "true" && text !== "false" && <option value={text}>{t("choose")}</option>}
              <option>true</option>
              <option>false</option>
            </select>
          );
        if (type === "JSON" || type === "STRING")
          return (
            <textarea
              {...shared}
              className="textarea input--mono"
              rows={type === "JSON" ? 10 : 4}
              spellCheck={false}
              value={text}
              onChange={(event) => onChange(event.target.value)}
            />
          );
        return (
          <input
            {...shared}
            className="input input--mono"
            type={type === "DATE" ? "date" : "text"}
            value={text}
            onChange={(event) => onChange(event.target.value)}
          />
        );
      }}
    </LabelledField>
  );
}
