import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { handOver } from "../../api/handover";
import { keysOf } from "../../api/kv";
import { namespaceNames, namespaceOf, secretsOf } from "../../api/namespaces";
import { Head } from "../../components/Head";
import { Icon } from "../../components/Icon";
import { Loaded } from "../../components/Loaded";
import { Tabs } from "../../components/Tabs";
import { t } from "../../i18n/text";
import type { NamespaceSearch, NamespaceTab } from "../../search";
import { DefaultsTab } from "./DefaultsTab";
import { FilesTab } from "./FilesTab";
import { KvTab } from "./KvTab";
import { NamespaceTree } from "./NamespaceTree";
import { SecretsTab } from "./SecretsTab";
import { above } from "./tree";
import { VariablesTab } from "./VariablesTab";

interface Props {
  namespace: string;
  search: NamespaceSearch;
  onFile: (path: string | undefined) => void;
  /** What other parts of the interface show of a namespace, by its tab. */
  parts: Partial<Record<NamespaceTab, () => ReactNode>>;
}

/** One namespace with everything that is in it, beside the tree of all. */
export function NamespacePage({ namespace, search, onFile, parts }: Props) {
  const names = useQuery(namespaceNames).data ?? [namespace];
  const found = useQuery(namespaceOf(namespace));
  const keys = useQuery(keysOf(namespace));
  const secrets = useQuery({ ...secretsOf(namespace), retry: false });
  const tab = search.tab ?? "flows";
  const shown = names.includes(namespace) ? names : [...names, namespace];
  return (
    <div className="nspage">
      <nav className="nspage__tree" aria-label={t("Namespaces")}>
        <NamespaceTree names={shown} current={namespace} />
      </nav>
      <div className="nspage__main">
        <Head
          hasTabs
          crumbs={[
            <Link key="all" to="/namespaces">
              {t("Namespaces")}
            </Link>,
            ...above(namespace).map((one) => (
              <Link key={one} to="/namespaces/$namespace" params={{ namespace: one }}>
                {one}
              </Link>
            )),
          ]}
          title={namespace}
          beside={found.data?.description && <span className="muted cut">{found.data.description}</span>}
          actions={
            <Link
              className="btn"
              to="/flows/new"
              search={{ handed: true }}
              onClick={() => handOver(firstFlow(namespace))}
            >
              <Icon name="plus" small />
              {t("New flow")}
            </Link>
          }
        />
        <Tabs
          label={t("Parts of the namespace")}
          tabs={[
            { id: "flows", name: t("Flows") },
            { id: "executions", name: t("Executions") },
            { id: "dashboard", name: t("Dashboard") },
            { id: "dependencies", name: t("Dependencies") },
            { id: "files", name: t("Files") },
            { id: "kv", name: t("KV"), count: keys.data?.length },
            { id: "secrets", name: t("Secrets"), count: secrets.data?.total },
            {
              id: "variables",
              name: t("Variables"),
              count: Object.keys(found.data?.variables ?? {}).length || undefined,
            },
            { id: "defaults", name: t("Plugin defaults"), count: found.data?.pluginDefaults?.length },
          ]}
        />
        {parts[tab]?.()}
        {tab === "files" && <FilesTab key={namespace} namespace={namespace} path={search.file} onOpen={onFile} />}
        {tab === "kv" && <KvTab key={namespace} namespace={namespace} />}
        {tab === "secrets" && <SecretsTab key={namespace} namespace={namespace} />}
        {(tab === "variables" || tab === "defaults") && (
          <Loaded query={found}>
            {(one) =>
              tab === "variables" ? (
                <VariablesTab key={`${one.id}/${one.updated}`} namespace={one} />
              ) : (
                <DefaultsTab key={`${one.id}/${one.updated}`} namespace={one} />
              )
            }
          </Loaded>
        )}
      </div>
    </div>
  );
}

/** A flow that runs as it stands, for somebody to change. */
function firstFlow(namespace: string): string {
  return `id: my_flow
namespace: ${namespace}

tasks:
  - id: hello
    type: io.kestra.plugin.core.log.Log
    message: Hello from {{ flow.namespace }}
`;
}
