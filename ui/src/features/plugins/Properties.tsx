import type { Schema } from "../../api/plugins";
import { either } from "../../i18n/lists";
import { t } from "../../i18n/text";

const SHARED = new Set([
  ..."id type version description retry timeout disabled runIf when allowFailure allowWarning logLevel".split(" "),
  ..."logToFile taskCache workerGroup workerSelector policyRefs assets conditions stopAfter labels inputs".split(" "),
]);

const ALL_TYPES = 5;
const EVERYWHERE = new Set(["id", "type"]);

/** Properties with their types and what they are for: the required ones first, those that every type has folded. */
export function Properties({ schema, isOutput = false }: { schema: Schema; isOutput?: boolean }) {
  const required = new Set(schema.required ?? []);
  const entries = Object.entries(schema.properties ?? {}).toSorted(
    ([one], [other]) => Number(required.has(other)) - Number(required.has(one)),
  );
  const own = entries.filter(
    ([name]) => isOutput || (required.has(name) && !EVERYWHERE.has(name)) || !SHARED.has(name),
  );
  const shared = entries.filter((entry) => !own.includes(entry));
  if (entries.length === 0) return null;
  return (
    <>
      <h3>{isOutput ? t("Outputs") : t("Properties")}</h3>
      <Rows entries={own} required={required} isOutput={isOutput} />
      {shared.length > 0 && (
        <details>
          <summary className="muted">{t("{count} more that others have too", { count: shared.length })}</summary>
          <Rows entries={shared} required={required} isOutput={isOutput} />
        </details>
      )}
    </>
  );
}

interface RowsProps {
  entries: [string, Schema][];
  required: ReadonlySet<string>;
  isOutput: boolean;
}

function Rows({ entries, required, isOutput }: RowsProps) {
  return (
    <table className="table table--flush props">
      <thead>
        <tr>
          <th scope="col">{t("Key")}</th>
          <th scope="col">{t("Type")}</th>
          <th scope="col">{isOutput ? t("What it is") : t("What it is for")}</th>
        </tr>
      </thead>
      <tbody>
        {entries.map(([name, property]) => (
          <tr key={name}>
            <td>
              <code className="mono-s strong">{name}</code>
              {required.has(name) && !isOutput && <span className="small muted"> {t("required")}</span>}
            </td>
            <td className="small muted props__text">{typeOf(property)}</td>
            <td className="props__text">
              {property.description && <Said text={property.description} />}
              {property.default !== undefined && (
                <span className="muted"> {t("Default {value}.", { value: JSON.stringify(property.default) })}</span>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** A sentence with what stands between backticks as code. */
function Said({ text }: { text: string }) {
  return text.split(/(`+[^`]+`+)/).map((part, index) =>
    part.startsWith("`") ? (
      <code key={index} className="mono-s">
        {part.replaceAll("`", "")}
      </code>
    ) : (
      part
    ),
  );
}

function typeOf(schema: Schema): string {
  if (schema.enum) return schema.enum.map(String).join(", ");
  const inner = new Set(
    schema.type ? [schema.type].flat() : [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].map(typeOf).filter(Boolean),
  );
  if (inner.size === 0) return t("any value");
  // Of a text the server takes everything, and writes it as one.
  return inner.size >= ALL_TYPES ? t("text") : either([...inner]);
}
