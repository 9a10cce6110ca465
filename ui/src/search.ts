/** What the pages keep in their address, read from whatever stands there; unknown parts are dropped. */

type Raw = Record<string, unknown>;

export interface FlowSearch {
  q?: string;
  namespace?: string;
  /** `key:value` */
  label?: string;
  view?: "flat";
  page?: number;
  run?: string;
}

export interface ExecutionSearch {
  q?: string;
  namespace?: string;
  flow?: string;
  state?: string[];
  range?: string;
  labels?: string;
  /** MAIN: those that no other execution started; CHILD: the others. */
  child?: string;
  /** Further conditions, as `field[OPERATION]=value`: where a chart leads to what it counts. */
  where?: string[];
  sort?: string;
  page?: number;
  /** Where the page before ended. */
  after?: string;
}

/** What is looked for in the texts of flows. */
export interface SourceSearch {
  q?: string;
  namespace?: string;
  caseSensitive?: boolean;
  wholeWord?: boolean;
  regex?: boolean;
}

export interface NamespacesSearch {
  q?: string;
  view?: "flat";
}

const NAMESPACE_TABS = [
  "flows",
  "executions",
  "dashboard",
  "dependencies",
  "files",
  "kv",
  "secrets",
  "variables",
  "defaults",
] as const;
export type NamespaceTab = (typeof NAMESPACE_TABS)[number];

export interface NamespaceSearch {
  tab?: NamespaceTab;
  /** The file that is open. */
  file?: string;
}

export interface PluginSearch {
  q?: string;
  kind?: "tasks" | "triggers";
}

const SYSTEM_TABS = ["health", "limits", "settings", "usage", "audit"] as const;
export type SystemTab = (typeof SYSTEM_TABS)[number];

export interface SystemSearch {
  tab?: SystemTab;
}

export interface DashboardsSearch {
  q?: string;
  page?: number;
}

/** What all charts of a dashboard are narrowed to. */
export interface DashboardSearch {
  range?: string;
  namespace?: string;
  flow?: string;
}

export interface LogSearch {
  q?: string;
  namespace?: string;
  flow?: string;
  level?: string;
  range?: string;
  /** A stretch instead of a range that ends now, both ends as instants. */
  from?: string;
  to?: string;
  page?: number;
}

export interface TriggerSearch {
  q?: string;
  namespace?: string;
  page?: number;
  /** The one that is looked at: namespace, flow and id with slashes between. */
  trigger?: string;
}

export interface TabSearch {
  tab?: "graph" | "logs" | "data" | "metrics" | "relations";
  task?: string;
}

export function readFlowSearch(raw: Raw): FlowSearch {
  return whole({
    q: text(raw.q),
    namespace: text(raw.namespace),
    label: text(raw.label),
    view: raw.view === "flat" ? "flat" : undefined,
    page: page(raw.page),
    run: text(raw.run),
  });
}

export function readExecutionSearch(raw: Raw): ExecutionSearch {
  return whole({
    q: text(raw.q),
    namespace: text(raw.namespace),
    flow: text(raw.flow),
    state: texts(raw.state),
    range: text(raw.range),
    labels: text(raw.labels),
    where: texts(raw.where),
    child: raw.child === "MAIN" || raw.child === "CHILD" ? raw.child : undefined,
    sort: text(raw.sort),
    page: page(raw.page),
    after: text(raw.after),
  });
}

export function readSourceSearch(raw: Raw): SourceSearch {
  return whole({
    q: text(raw.q),
    namespace: text(raw.namespace),
    caseSensitive: yes(raw.caseSensitive),
    wholeWord: yes(raw.wholeWord),
    regex: yes(raw.regex),
  });
}

export function readNamespacesSearch(raw: Raw): NamespacesSearch {
  return whole({ q: text(raw.q), view: raw.view === "flat" ? "flat" : undefined });
}

export function readNamespaceSearch(raw: Raw): NamespaceSearch {
  return whole({ tab: NAMESPACE_TABS.find((tab) => tab === raw.tab), file: text(raw.file) });
}

export function readPluginSearch(raw: Raw): PluginSearch {
  const kind = (["tasks", "triggers"] as const).find((one) => one === raw.kind);
  return whole({ q: text(raw.q), kind });
}

export function readSystemSearch(raw: Raw): SystemSearch {
  return whole({ tab: SYSTEM_TABS.find((tab) => tab === raw.tab) });
}

export function readDashboardsSearch(raw: Raw): DashboardsSearch {
  return whole({ q: text(raw.q), page: page(raw.page) });
}

export function readDashboardSearch(raw: Raw): DashboardSearch {
  return whole({ range: text(raw.range), namespace: text(raw.namespace), flow: text(raw.flow) });
}

export function readLogSearch(raw: Raw): LogSearch {
  return whole({
    q: text(raw.q),
    namespace: text(raw.namespace),
    flow: text(raw.flow),
    level: text(raw.level),
    range: text(raw.range),
    from: text(raw.from),
    to: text(raw.to),
    page: page(raw.page),
  });
}

export function readTriggerSearch(raw: Raw): TriggerSearch {
  return whole({
    q: text(raw.q),
    namespace: text(raw.namespace),
    page: page(raw.page),
    trigger: text(raw.trigger),
  });
}

export function readTab(raw: Raw): TabSearch {
  const tab = (["graph", "logs", "data", "metrics", "relations"] as const).find((one) => one === raw.tab);
  return whole({ tab, task: text(raw.task) });
}

export interface RevisionSearch {
  old?: number;
  now?: number;
}

export interface BlueprintSearch {
  q?: string;
  tag?: string;
  id?: string;
}

export interface NewFlowSearch {
  /** A blueprint to begin with. */
  blueprint?: string;
  /** Begin with nothing but a name. */
  empty?: boolean;
  /** Begin with the text that another page handed over. */
  handed?: boolean;
}

export function readRevisionSearch(raw: Raw): RevisionSearch {
  return whole({ old: revision(raw.old), now: revision(raw.now) });
}

export function readBlueprintSearch(raw: Raw): BlueprintSearch {
  return whole({ q: text(raw.q), tag: text(raw.tag), id: text(raw.id) });
}

export function readNewFlowSearch(raw: Raw): NewFlowSearch {
  return whole({ blueprint: text(raw.blueprint), empty: yes(raw.empty), handed: yes(raw.handed) });
}

function revision(value: unknown): number | undefined {
  const number = Number(value);
  return Number.isInteger(number) && number > 0 ? number : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : typeof value === "number" ? String(value) : undefined;
}

function yes(value: unknown): true | undefined {
  return value === true ? true : undefined;
}

function texts(value: unknown): string[] | undefined {
  const found = [value].flat().filter((one): one is string => typeof one === "string" && one !== "");
  return found.length > 0 ? found : undefined;
}

function page(value: unknown): number | undefined {
  const number = Number(value);
  return Number.isInteger(number) && number > 1 ? number : undefined;
}

/** Every part there is, those that say nothing too: the router takes a part that is absent as it stands in the address. */
function whole<Shape extends object>(values: Shape): { [Key in keyof Shape]?: Exclude<Shape[Key], undefined> } {
  return values as { [Key in keyof Shape]?: Exclude<Shape[Key], undefined> };
}
