import { useQuery } from "@tanstack/react-query";
import { documentation, type Schema } from "../../../api/plugins";
import { shortType } from "../../../components/graph/nodeData";
import { either } from "../../../i18n/lists";
import { t } from "../../../i18n/text";
import { DocsLink } from "../DocsLink";

interface Props {
  /** Of the task that the cursor is in. */
  type: string | undefined;
}

/** What the type of the task at the cursor does, what it is told and what it gives. */
export function Docs({ type }: Props) {
  if (!type) {
    return (
      <p className="small muted page-state">{t("Put the cursor into a task, and its documentation is shown here.")}</p>
    );
  }
  return <TypeDocs key={type} type={type} />;
}

function TypeDocs({ type }: { type: string }) {
  const found = useQuery(documentation(type));
  if (found.isError)
    return <p className="small muted page-state">{t("The server does not know the type {type}.", { type })}</p>;
  const schema = found.data?.schema;
  return (
    <section
      className="docs"
      aria-label={t("Documentation of {type}", { type })}
      tabIndex={0}
      aria-busy={found.isPending}
    >
      <h2 className="title">{schema?.properties.title?.replaceAll("``", "") ?? shortType(type)}</h2>
      <span className="row">
        <code className="mono-s muted cut">{type}</code>
        <DocsLink type={type} />
      </span>
      {schema?.properties.description && <p>{schema.properties.description}</p>}
      {schema && <Properties name={t("Properties")} schema={schema.properties} />}
      {schema?.outputs && <Properties name={t("Outputs")} schema={schema.outputs} />}
    </section>
  );
}

function Properties({ name, schema }: { name: string; schema: Schema }) {
  const required = new Set(schema.required ?? []);
  const entries = Object.entries(schema.properties ?? {})
    .filter(([key, property]) => key !== "id" && key !== "type" && !property.deprecated)
    .toSorted(([one], [other]) => Number(required.has(other)) - Number(required.has(one)));
  if (entries.length === 0) return null;
  return (
    <>
      <h3>{name}</h3>
      <dl className="docs__list">
        {entries.map(([key, property]) => (
          <div key={key}>
            <dt>
              <code className="mono-s strong">{key}</code>
              <span className="small muted">{required.has(key) ? t("required") : wordOf(property)}</span>
            </dt>
            <dd className="small">
              {property.description}
              {property.enum && (
                <span className="muted">
                  {" "}
                  {t("One of {choices}.", { choices: property.enum.map(String).join(", ") })}
                </span>
              )}
              {property.default !== undefined && (
                <span className="muted"> {t("Default {value}.", { value: JSON.stringify(property.default) })}</span>
              )}
            </dd>
          </div>
        ))}
      </dl>
    </>
  );
}

function wordOf({ type, enum: values }: Schema): string {
  if (values) return t("choice");
  return Array.isArray(type) ? either(type) : (type ?? "");
}
