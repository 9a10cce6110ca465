import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useMemo, useState } from "react";
import { documentation } from "../../api/plugins";
import { iconOf, shortType } from "../../components/graph/nodeData";
import { Icon } from "../../components/Icon";
import { t } from "../../i18n/text";
import { type Data, isMap, Refused } from "../../source/intents";
import { renameTask } from "../../source/renaming";
import type { TaskPlace } from "../../source/tasks";
import { dataOfTask } from "../../source/values";
import { Field } from "./Field";
import { firstValue, planFields } from "./fields";
import { Patch } from "./Patch";
import { refusalWords } from "./refusal";
import type { Editor } from "./useEditor";

interface Props {
  editor: Editor;
  place: TaskPlace;
  onClose: () => void;
  onDuplicate: () => void;
  onDelete: () => void;
  /** What else can be done with the task. */
  beside?: ReactNode;
}

/** The form of one task: each change is a change of the text, shown below it. */
export function TaskForm({ editor, place, onClose, onDuplicate, onDelete, beside }: Props) {
  const found = useQuery(documentation(place.type));
  const { text } = editor.reading;
  const task = useMemo(() => dataOfTask(text, place), [text, place]);
  const values = isMap(task) ? task : {};
  const { shown, others } = planFields(found.data?.schema.properties, values);
  const set = (name: string, value: Data): boolean => editor.apply({ kind: "set", path: [...place.path, name], value });
  return (
    <aside className="ed__form" aria-label={t("Form of {task}", { task: place.id })}>
      <div className="fm__h">
        <span className="row">
          <Icon name={iconOf(place.type)} className="muted" />
          <h2 className="mono cut">{place.id}</h2>
          <span className="push row" style={{ gap: 2 }}>
            <button
              className="btn btn--ghost btn--s btn--icon"
              type="button"
              aria-label={t("Duplicate")}
              onClick={onDuplicate}
            >
              <Icon name="copy" small />
            </button>
            <button
              className="btn btn--ghost btn--s btn--icon"
              type="button"
              aria-label={t("Delete")}
              onClick={onDelete}
            >
              <Icon name="trash" small />
            </button>
            <button
              className="btn btn--ghost btn--s btn--icon"
              type="button"
              aria-label={t("Close the form")}
              onClick={onClose}
            >
              <Icon name="close" small />
            </button>
          </span>
        </span>
        <p className="small muted cut">
          <code className="mono-s">{shortType(place.type)}</code>
          {found.data?.schema.properties.title && `: ${found.data.schema.properties.title.replaceAll("``", "")}`}
        </p>
        {beside}
      </div>
      <form
        className="fm"
        aria-label={t("{task} properties", { task: place.id })}
        onSubmit={(event) => event.preventDefault()}
      >
        <IdField key={place.id} editor={editor} place={place} />
        {found.isError && (
          <p className="small muted">{t("The server does not know this type; its properties are shown as written.")}</p>
        )}
        {shown.map((plan) => (
          <Field
            key={`${place.path.join(".")}.${plan.name}`}
            plan={plan}
            value={values[plan.name]}
            onChange={(value) => set(plan.name, value)}
            onRemove={() => editor.apply({ kind: "remove", path: [...place.path, plan.name] })}
          />
        ))}
        {others.length > 0 && (
          <select
            className="select"
            aria-label={t("Add property")}
            value=""
            onChange={(event) => {
              const plan = others.find(({ name }) => name === event.target.value);
              if (plan) set(plan.name, firstValue(plan.schema));
            }}
          >
            <option value="">{t("Add property, {count} more", { count: others.length })}</option>
            {others.map(({ name }) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        )}
        {editor.refusal && (
          <p className="notice warning small" role="status">
            <Icon name="s-warning" small />
            {editor.refusal}
          </p>
        )}
        {editor.lastChange && <Patch change={editor.lastChange} />}
      </form>
    </aside>
  );
}

/** The id is changed when it is done, since every reference changes with it. */
function IdField({ editor, place }: { editor: Editor; place: TaskPlace }) {
  const [id, setId] = useState(place.id);
  const [error, setError] = useState<string | null>(null);
  const rename = (): void => {
    setError(null);
    if (id === place.id) return;
    try {
      editor.applyEdits(renameTask(editor.read().replaceAll("\r\n", "\n"), place.path, id).edits);
    } catch (reason) {
      if (!(reason instanceof Refused)) throw reason;
      setError(refusalWords(reason));
    }
  };
  return (
    <div className="field">
      <div className="field__top">
        <label htmlFor="task-id">{t("Id")}</label>
        <span className="field__key">id</span>
      </div>
      <input
        className="input input--mono"
        id="task-id"
        value={id}
        spellCheck={false}
        aria-invalid={error !== null}
        onChange={(event) => setId(event.target.value)}
        onBlur={rename}
        onKeyDown={(event) => event.key === "Enter" && rename()}
      />
      {error && (
        <p className="field__error">
          <Icon name="s-failed" />
          {error}
        </p>
      )}
    </div>
  );
}
