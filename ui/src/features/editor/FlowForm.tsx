import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { flowSchema } from "../../api/plugins";
import { Icon } from "../../components/Icon";
import { t } from "../../i18n/text";
import { parseData } from "../../source/document";
import { type Data, isMap } from "../../source/intents";
import { Field } from "./Field";
import { firstValue, planFields } from "./fields";
import { Patch } from "./Patch";
import type { Editor } from "./useEditor";

interface Props {
  editor: Editor;
  /** Id and namespace of a flow that is saved stay as they are. */
  isSaved: boolean;
  onClose: () => void;
}

const TASK_LISTS = new Set(["tasks", "errors", "finally", "afterExecution", "triggers", "listeners"]);
const SET_BY_SERVER = new Set([
  "revision",
  "deleted",
  "tenantId",
  "updated",
  "draft",
  "taskDefaults",
  "id",
  "namespace",
]);

/** The form of the flow itself: its id, what it takes and gives, and how it runs. */
export function FlowForm({ editor, isSaved, onClose }: Props) {
  const found = useQuery(flowSchema);
  const data = useMemo(() => parseData(editor.calmText.replaceAll("\r\n", "\n")), [editor.calmText]);
  const values = isMap(data) ? data : {};
  const own = Object.fromEntries(Object.entries(values).filter(([name]) => !isElsewhere(name)));
  const { shown, others } = planFields(found.data, own);
  const fields = shown.filter(({ name }) => !isElsewhere(name));
  const rest = others.filter(({ name }) => !isElsewhere(name));
  const set = (name: string, value: Data): boolean => editor.apply({ kind: "set", path: [name], value });
  return (
    <aside className="ed__form" aria-label={t("Form of the flow")}>
      <div className="fm__h">
        <span className="row">
          <Icon name="form" className="muted" />
          <h2>{t("Flow")}</h2>
          <button
            className="btn btn--ghost btn--s btn--icon push"
            type="button"
            aria-label={t("Close the form")}
            onClick={onClose}
          >
            <Icon name="close" small />
          </button>
        </span>
      </div>
      <form className="fm" aria-label={t("Properties of the flow")} onSubmit={(event) => event.preventDefault()}>
        {(["id", "namespace"] as const).map((name) =>
          isSaved ? (
            <p key={name} className="small">
              <span className="muted">{name === "id" ? t("Id") : t("Namespace")}</span>{" "}
              <code className="mono-s">{String(values[name] ?? "")}</code>
            </p>
          ) : (
            <Field
              key={name}
              plan={{
                name,
                schema: found.data?.properties?.[name] ?? { type: "string" },
                isRequired: true,
                isSet: true,
              }}
              value={values[name] ?? ""}
              onChange={(value) => set(name, value)}
              onRemove={() => undefined}
            />
          ),
        )}
        {fields.map((plan) => (
          <Field
            key={plan.name}
            plan={plan}
            value={values[plan.name]}
            onChange={(value) => set(plan.name, value)}
            onRemove={() => editor.apply({ kind: "remove", path: [plan.name] })}
          />
        ))}
        {rest.length > 0 && (
          <select
            className="select"
            aria-label={t("Add property")}
            value=""
            onChange={(event) => {
              const plan = rest.find(({ name }) => name === event.target.value);
              if (plan) set(plan.name, firstValue(plan.schema));
            }}
          >
            <option value="">{t("Add property, {count} more", { count: rest.length })}</option>
            {rest.map(({ name }) => (
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

function isElsewhere(name: string): boolean {
  return TASK_LISTS.has(name) || SET_BY_SERVER.has(name);
}
