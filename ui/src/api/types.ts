/** Shapes of the API as the pages read them; what no page reads is left out. */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

export type StateName =
  | "CREATED"
  | "SUBMITTED"
  | "QUEUED"
  | "RUNNING"
  | "PAUSING"
  | "PAUSED"
  | "BREAKPOINT"
  | "RESTARTED"
  | "RETRYING"
  | "SUCCESS"
  | "WARNING"
  | "FAILED"
  | "KILLING"
  | "KILLED"
  | "CANCELLED"
  | "SKIPPED"
  | "RETRIED"
  | "RESUBMITTED";

export interface Page<Item> {
  results: Item[];
  total: number;
  totalIsCapped?: boolean;
  nextCursor?: string;
}

export interface Label {
  key: string;
  value: string;
}

export interface Issue {
  detail: string;
  code?: string;
  path?: string;
  /** The same place as a JSON Pointer. */
  pointer?: string;
  line?: number;
  column?: number;
  hint?: string;
  severity?: "error" | "warning";
}

export interface Flow {
  id: string;
  namespace: string;
  revision: number;
  updated?: string;
  disabled?: boolean;
  draft?: boolean;
  deleted?: boolean;
  description?: string;
  labels?: Label[];
  source?: string;
  issues?: Issue[];
  triggers?: { id: string; type: string; disabled?: boolean; cron?: string }[];
  inputs?: FlowInput[];
}

export interface FlowInput {
  id: string;
  type: string;
  required?: boolean;
  displayName?: string;
  description?: string;
  defaults?: Json;
  prefill?: Json;
  values?: Json[];
  options?: Json[];
  itemType?: string;
  min?: number;
  max?: number;
  allowCustomValue?: boolean;
  allowedFileExtensions?: string[];
  isRadio?: boolean;
  dependsOn?: { inputs: string[]; condition?: string | null };
}

export interface CheckedInput {
  input: FlowInput;
  enabled: boolean;
  isDefault: boolean;
  value?: Json;
  errors: { message: string }[];
}

export interface CheckedStart {
  inputs: CheckedInput[];
  checks: { message: string; style: string; behavior: string }[];
}

export interface Validation {
  flow?: string;
  namespace?: string;
  constraints?: string;
  dialect?: string;
  issues: Issue[];
}

export interface State {
  current: StateName;
  histories: { state: StateName; date: string }[];
  startDate?: string;
  endDate?: string;
  duration?: string;
}

export interface Attempt {
  state: State;
  workerId?: string;
}

export interface TaskRun {
  id: string;
  taskId: string;
  state: State;
  parentTaskRunId?: string;
  value?: string;
  iteration?: number;
  attempts?: Attempt[];
  outputs?: JsonObject;
  outputsUri?: string;
  /** Of the execution, when it became like this; where it is known. */
  version?: number;
}

export interface Execution {
  id: string;
  namespace: string;
  flowId: string;
  flowRevision: number;
  state: State;
  originalId: string;
  parentId?: string;
  labels: Label[];
  inputs?: JsonObject;
  outputs?: JsonObject;
  variables?: JsonObject;
  trigger?: { id: string; type: string; variables?: JsonObject };
  scheduleDate?: string;
  kind?: string;
  loopRun?: { taskRunId: string; index: number; key?: string; value?: Json };
  error?: string;
  version?: number;
  taskRunList?: TaskRun[];
}

export interface LatestExecution {
  id: string;
  namespace: string;
  flowId: string;
  startDate?: string;
  status: StateName;
}

export type LogLevel = "TRACE" | "DEBUG" | "INFO" | "WARN" | "ERROR";

export interface LogLine {
  namespace: string;
  flowId: string;
  executionId?: string;
  taskId?: string;
  taskRunId?: string;
  triggerId?: string;
  attemptNumber?: number;
  timestamp: string;
  level: LogLevel;
  message: string;
}

export interface FlowGraph {
  nodes: GraphNode[];
  edges: GraphEdge[];
  clusters: GraphCluster[];
}

export interface GraphNode {
  uid: string;
  type: string;
  branchType?: string;
  task?: { id: string; type: string; disabled?: boolean; description?: string };
  trigger?: { id: string; type: string; disabled?: boolean };
}

export interface GraphEdge {
  source: string;
  target: string;
  relation: { relationType: string; value?: string };
}

export interface GraphCluster {
  cluster: { uid: string; type: string; taskNode?: GraphNode };
  nodes: string[];
  parents: string[];
  start: string;
  end: string;
}
