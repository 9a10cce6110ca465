import { useQuery } from "@tanstack/react-query";
import { inheritedDefaults, type Namespace } from "../../api/namespaces";
import { t } from "../../i18n/text";
import { WrittenTab } from "./WrittenTab";
import { defaultsText, readDefaults } from "./written";

/** What tasks of a type are told in a namespace when their flow says nothing else. */
export function DefaultsTab({ namespace }: { namespace: Namespace }) {
  const inherited = useQuery(inheritedDefaults(namespace.id)).data ?? [];
  return (
    <WrittenTab
      namespace={namespace}
      label={t("Plugin defaults of {namespace}", { namespace: namespace.id })}
      text={defaultsText(namespace.pluginDefaults)}
      read={readDefaults}
      change={(pluginDefaults) => ({ pluginDefaults })}
      intro={t(
        "A list in YAML: each entry gives a type, or the beginning of types, and values. Forced ones stand above what a flow says.",
      )}
    >
      <section className="written__more" aria-labelledby="inherited-defaults">
        <h2 id="inherited-defaults">{t("Inherited")}</h2>
        {inherited.length === 0 ? (
          <p className="muted">{t("The namespaces above set no defaults.")}</p>
        ) : (
          <pre className="code-block" tabIndex={0} aria-label={t("Inherited defaults")}>
            {defaultsText(inherited)}
          </pre>
        )}
      </section>
    </WrittenTab>
  );
}
