// Written by `npm run api-types` from src/tiercel/api/openapi; do not edit.

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

/** Any JSON. */
export type Anything = Json;

export type Names = string[];

/** Values of any kind by their names. */
export type Values = JsonObject;

/** The execution; its outputs alone when they were asked for. */
export type StartedExecution = Execution | Values;

export interface Dashboard {
  tenantId: "main";
  id: string;
  title: string;
  description?: string;
  charts: JsonObject[];
  timeWindow?: {
    default?: string;
    max?: string;
  };
  deleted: boolean;
  revision: number;
  builtIn: boolean;
  created?: string;
  updated?: string;
  sourceCode?: string;
}

export interface DashboardRevision {
  id: string;
  revision: number;
  title: string;
  updated: string;
  sourceCode: string;
}

/** Which dashboard is shown where; a place without a choice is left out. */
export interface DefaultDashboards {
  defaultHomeDashboard?: string;
  defaultFlowOverviewDashboard?: string;
  defaultNamespaceOverviewDashboard?: string;
}

/** What a chart shows; a figure is one row with value, a text one with content. */
export interface ChartData {
  results: JsonObject[];
  total: number;
  startDate?: string;
  endDate?: string;
  /** How wide the stretches are that times are put together by. */
  bucketSeconds?: number;
  /** There was more to count than is counted while somebody waits. */
  isPartial?: boolean;
}

export interface Blueprint {
  id: string;
  title: string;
  description: string;
  includedTasks: Names;
  tags: Names;
  kind?: string;
  source?: string;
}

export interface Tag {
  id: string;
  name: string;
}

export interface LatestExecution {
  id: string;
  namespace: string;
  flowId: string;
  startDate?: string;
  endDate?: string | null;
  status: StateName;
}

/** What is needed to start a flow. */
export interface StartableFlow {
  id: string;
  namespace: string;
  revision: number;
  disabled: boolean;
  draft: boolean;
  labels: Label[];
  inputs: {
    id: string;
    type: string;
  }[];
  outputs: JsonObject[];
  tasks: Task[];
  triggers: {
    id: string;
    type: string;
  }[];
}

export interface AverageDuration {
  count: number;
  avgDurationMs?: number;
}

/** A stretch of the lines of an execution; total is absent when it was not asked for. */
export interface LogLines {
  offset: number;
  results: LogEntry[];
  total?: number;
}

export interface FilePreview {
  extension: string;
  truncated: boolean;
  type: string;
  content?: Json;
}

export interface FileSize {
  size: number;
}

export interface Revision {
  revision: number;
}

export interface TaskOutput {
  taskId: string;
  taskRunId: string;
  inline: boolean;
  value?: string;
  iteration?: number;
}

export interface Keys {
  keys: Names;
}

/** What a backfill would run; complete is false when there is more than was counted. */
export interface Backfill {
  count: number;
  complete: boolean;
  dates: string[];
}

export interface Planned {
  from: string;
  to: string;
  total: number;
  /** False when there is more than was counted. */
  complete: boolean;
  hours: {
    at: string;
    count: number;
    flows: Names;
  }[];
}

/** What a trigger would start. */
export interface Trial {
  fires: boolean;
  reason: string;
  variables: JsonObject;
  date?: string;
  inputs?: JsonObject;
  labels?: Label[];
  logs?: Names;
}

/** What came of one task that was carried out by itself. */
export interface TriedTask {
  state: StateName;
  error?: string;
  outputs: JsonObject;
  logs: LogEntry[];
  metrics: Metric[];
  files: {
    uri: string;
    size: number;
    /** Its beginning; null when it is no text. */
    text: string | null;
  }[];
  tookMillis: number;
}

export interface Gathered {
  gathered: number;
  since?: string;
  due?: string | null;
  key?: string | null;
}

export interface Breaker {
  namespace: string;
  flowId: string;
  since: string;
  reason: string;
}

export interface Limit {
  tenantId: "main";
  namespace: string;
  flowId: string;
  limit?: number | null;
  running: number;
  queued: number;
  keys?: JsonObject[];
  rate?: JsonObject;
  pool?: string;
}

/** What a queued execution waits for. */
export interface Wait {
  executionId: string;
  reason: string;
  position: number;
  queued: number;
  since: string;
  key?: string | null;
  pool?: string | null;
  priority: number;
  holders: Names;
  freeAt?: string | null;
}

export interface Pool {
  name: string;
  slots: number;
  description?: string | null;
  isFixed: boolean;
  running: number;
  queued: number;
  flows: FlowKey[];
  created?: string | null;
  updated?: string | null;
}

export interface Secrets {
  readOnly: boolean;
  results: Secret[];
  total: number;
}

/** The names of secrets by the namespace that holds them. */
export type SecretPlaces = { [key: string]: Names };

export interface SourceMatches {
  namespace: string;
  id: string;
  revision: number;
  editable: boolean;
  matches: {
    line: number;
    column: number;
    snippet: string;
    content?: string;
  }[];
  fragments?: Names;
}

export interface Replacement {
  totalMatches: number;
  totalFlows: number;
  editableFlowCount: number;
  flows: JsonObject[];
}

export interface Replaced {
  updated: Flow[];
  skipped: JsonObject[];
}

/** Who asks, and what that one may do in which namespace. */
export interface Me {
  username: string;
  /** False where nobody needs to say who it is. */
  isKnown: boolean;
  permissions: {
    resource: string;
    action: string;
    namespace: string;
  }[];
}

export interface User {
  username: string;
  roles: {
    role: string;
    namespace: string;
  }[];
  disabled: boolean;
  createdAt: string;
  updatedAt: string;
}

/** An API token; its text is in the answer that made it only. */
export interface Token {
  id: string;
  name: string;
  createdAt: string;
  expiresAt?: string;
  usedAt?: string;
  token?: string;
}

export interface Audit {
  nextCursor?: string;
  results: {
    number: number;
    at: string;
    actor: string;
    action: string;
    resource: string;
    namespace?: string | null;
    id?: string | null;
  }[];
}

export interface Notification {
  id: string;
  userId: string;
  tenantId: "main";
  type: string;
  title: string;
  referenceId?: string;
  namespace?: string;
  flowId?: string;
  total: number;
  read: boolean;
  createdDate: string;
  updatedDate: string;
}

export interface Notifications {
  notifications: Notification[];
  serverTime: string;
  nextCursor?: string;
}

/** A setting; of a secret one only whether it is set. */
export interface SettingInForce {
  name: string;
  value: Anything;
  isDefault: boolean;
}

/** What could not be loaded, with the reason. */
export type PluginProblem = string;

export interface Health {
  status: "UP" | "DOWN";
}

export interface LoginConfiguration {
  isBasicAuthInitialized: boolean;
  isSignInRequired: boolean;
}

export interface SignedIn {
  username: string;
  csrfToken?: string;
  expiresAt?: string;
}

export interface Updated {
  updated: number;
}

export interface Figure {
  name: string;
  type: string;
  description: string;
  tags: Json[];
  value: number;
}

export interface Service {
  id: string;
  type: string;
  state: string;
  server: JsonObject;
  metrics: Figure[];
}

export interface ExpressionFunction {
  name: string;
  arguments: Named[];
}

export interface Named {
  name: string;
}

/** What came of each expression, by its name. */
export interface Rendered {
  expressions: { [key: string]: Evaluation };
}

/** The types of a group, by kind. */
export interface Plugin {
  name: string;
  title?: string;
  group?: string;
}

export interface TriggerType {
  type: string;
  name: string;
  description: string;
  group: string;
  ee?: boolean;
  deprecated: boolean;
}

export interface InputType {
  type: string;
  cls: string;
}

export interface Versions {
  type: string;
  versions: Names;
}

export interface Missing {
  missing: Json[];
  artifacts: Json[];
}

export interface Installation {
  id: string;
  status: string;
  artifacts: JsonObject[];
  startedAt: string;
  finishedAt?: string;
  error?: string;
}

export interface Template {
  id: string;
  namespace: string;
  deleted: boolean;
}

export interface DeprecatedFlow {
  namespace: string;
  flowId: string;
  revision: number;
  deprecatedTasks: JsonObject[];
}

export interface Usage {
  flows: JsonObject;
  executions: JsonObject;
}

export interface Provider {
  id: string;
  type: string;
  model: string;
  isDefault: boolean;
}

export interface McpServer {
  id: string;
  description?: string;
  instructions?: string;
  serverType: string;
  authType?: string;
  platformTools: boolean;
  disabled: boolean;
  isDefault: boolean;
  created?: string;
  updated?: string;
}

export interface McpTool {
  toolName: string;
  triggerId: string;
  title?: string | null;
  description?: string | null;
  annotations?: JsonObject;
  namespace: string;
  flowId: string;
  flowRevision: number;
  disabled: boolean;
}

/** What went wrong, for readers of RFC 9457 and of older versions. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  instance: string;
  message: string;
  traceId?: string;
  /** Of actions on many: to how many it was done all the same. */
  done?: number;
  errors?: Issue[];
}

/** One thing that is wrong, and where. */
export interface Issue {
  detail: string;
  code?: string;
  path?: string;
  /** Of one of many: the kind of its problem. */
  type?: string;
  pointer?: string;
  /** The innermost task that the path leads into. */
  taskId?: string;
  line?: number;
  column?: number;
  hint?: string;
  severity?: "error" | "warning";
}

export interface Label {
  key: string;
  value: string;
}

export type StateName =
  | "CREATED"
  | "SUBMITTED"
  | "RUNNING"
  | "PAUSING"
  | "PAUSED"
  | "RESTARTED"
  | "KILLING"
  | "SUCCESS"
  | "WARNING"
  | "FAILED"
  | "KILLED"
  | "CANCELLED"
  | "QUEUED"
  | "RETRYING"
  | "RETRIED"
  | "SKIPPED"
  | "BREAKPOINT"
  | "RESUBMITTED";

export interface State {
  current: StateName;
  startDate?: string;
  endDate?: string;
  duration?: string;
  histories: {
    state: StateName;
    date: string;
  }[];
}

export interface Attempt {
  state: State;
  workerId?: string;
  logFile?: string;
}

export interface TaskRun {
  id: string;
  executionId: string;
  namespace: string;
  flowId: string;
  taskId: string;
  state: State;
  parentTaskRunId?: string;
  value?: string;
  iteration?: number;
  attempts?: Attempt[];
  outputs?: JsonObject;
  outputsUri?: string;
  dynamic?: boolean;
}

export interface LightExecution {
  tenantId: "main";
  id: string;
  namespace: string;
  flowId: string;
  flowRevision: number;
  state: State;
  originalId: string;
  parentId?: string;
  deleted?: boolean;
  labels: Label[];
  inputs?: JsonObject;
  outputs?: JsonObject;
  variables?: JsonObject;
  kind?: "NORMAL" | "TEST" | "PLAYGROUND" | "LOOP";
  scheduleDate?: string;
  trigger?: {
    id?: string;
    type?: string;
    variables?: JsonObject;
  };
  metadata: {
    attemptNumber?: number;
    originalCreatedDate?: string;
  };
  version?: number;
  dialect?: "1.3" | "2.0";
  error?: string;
}

export type Execution = LightExecution & {
  url?: string;
  taskRunList: TaskRun[];
};

export interface Task {
  id: string;
  type: string;
}

export interface Flow {
  id: string;
  namespace: string;
  revision: number;
  updated?: string;
  disabled: boolean;
  deleted: boolean;
  draft: boolean;
  dialect?: "1.3" | "2.0";
  labels?: Label[];
  tasks: Json[];
  source?: string;
  issues?: Issue[];
}

export interface FlowKey {
  namespace: string;
  id: string;
}

/** What is wrong with one text; it is valid when there are no constraints. */
export interface Validation {
  index: number;
  filename?: string;
  namespace?: string;
  flow?: string;
  constraints?: string;
  outdated: boolean;
  deprecationPaths: string[];
  warnings: string[];
  infos: string[];
  issues: Issue[];
}

export interface Graph {
  nodes: Json[];
  edges: Json[];
  clusters: Json[];
  flowables?: Json[];
}

export interface Dependencies {
  nodes: {
    uid: string;
    namespace: string;
    id: string;
  }[];
  edges: {
    source: string;
    target: string;
    relation: "FLOW_TASK" | "FLOW_TRIGGER";
  }[];
}

export interface LogEntry {
  namespace: string;
  flowId: string;
  executionId?: string;
  taskId?: string;
  taskRunId?: string;
  triggerId?: string;
  attemptNumber?: number;
  timestamp: string;
  level: "ERROR" | "WARN" | "INFO" | "DEBUG" | "TRACE";
  thread?: string;
  message: string;
  executionKind?: "TEST" | "PLAYGROUND" | "LOOP";
}

export interface Metric {
  namespace: string;
  flowId: string;
  executionId: string;
  taskId: string;
  taskRunId: string;
  type: string;
  name: string;
  value: number;
  timestamp: string;
  tags?: JsonObject;
}

export interface MetricAggregations {
  groupBy: "minute" | "hour" | "day" | "week" | "month";
  aggregations: {
    name: string;
    date: string;
    value?: number;
  }[];
}

export interface KvEntry {
  namespace: string;
  key: string;
  revision: number;
  description?: string;
  creationDate: string;
  updateDate: string;
  expirationDate?: string;
}

export interface KvValue {
  type: "STRING" | "NUMBER" | "BOOLEAN" | "DATETIME" | "DATE" | "DURATION" | "JSON";
  value?: Json;
  revision: number;
  updated: string;
}

export interface File {
  fileName: string;
  type: "File" | "Directory";
  size: number;
  lastModifiedTime: number;
  creationTime: number;
}

export interface Namespace {
  id: string;
  deleted: boolean;
  description?: string;
  variables?: JsonObject;
  pluginDefaults?: JsonObject[];
  created?: string;
  updated?: string;
}

export interface Secret {
  key: string;
  namespace?: string;
  description?: string;
  tags: JsonObject[];
  updateDate?: string;
}

export interface TriggerKey {
  namespace: string;
  flowId: string;
  triggerId: string;
}

export interface TriggerState {
  tenantId: "main";
  namespace: string;
  flowId: string;
  triggerId: string;
  disabled: boolean;
  locked: boolean;
  kind?: string;
  reason?: string;
  updatedAt?: string;
  nextEvaluationDate?: string;
  executionId?: string;
  backfill?: JsonObject;
}

export interface Trigger {
  trigger: JsonObject;
  state: TriggerState;
}

/** How many were changed; older clients read the first member, newer ones the others. */
export interface Count {
  count: number;
  operationId?: string;
  totalItems?: number;
}

export interface CheckedInputs {
  id: string;
  namespace: string;
  inputs: Json[];
  checks: Json[];
}

export interface Evaluation {
  result?: Json;
  error?: string;
}

export interface Configuration {
  uuid: string;
  version: string;
  edition: "OSS";
}

export interface Documentation {
  markdown: string;
  schema: JsonObject;
}
