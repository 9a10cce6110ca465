import { useQuery } from "@tanstack/react-query";
import { inheritedVariables, type Namespace } from "../../api/namespaces";
import { JsonTree } from "../../components/JsonTree";
import { t } from "../../i18n/text";
import { WrittenTab } from "./WrittenTab";
import { readVariables, variablesText } from "./written";

/** What flows of a namespace see as `namespace.…`, and what the namespaces above give them. */
export function VariablesTab({ namespace }: { namespace: Namespace }) {
  const inherited = useQuery(inheritedVariables(namespace.id)).data ?? {};
  return (
    <WrittenTab
      namespace={namespace}
      label={t("Variables of {namespace}", { namespace: namespace.id })}
      text={variablesText(namespace.variables)}
      read={readVariables}
      change={(variables) => ({ variables })}
      intro={t("A map in YAML. Flows read a value as {expression}; one set here stands above one that is inherited.", {
        expression: "{{ namespace.name }}",
      })}
    >
      <section className="written__more" aria-labelledby="inherited-variables">
        <h2 id="inherited-variables">{t("Inherited")}</h2>
        {Object.keys(inherited).length === 0 ? (
          <p className="muted">{t("The namespaces above set no variables.")}</p>
        ) : (
          <JsonTree value={inherited} />
        )}
      </section>
    </WrittenTab>
  );
}
