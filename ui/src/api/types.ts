/** Shapes of the API as the pages read them: those the server describes, and what it describes loosely. */

import type { Issue, Json, JsonObject, Label, LogEntry, State, TaskRun as TaskRunRead } from "./schema";

export type {
  Attempt,
  Issue,
  Json,
  JsonObject,
  Label,
  LatestExecution,
  LogEntry as LogLine,
  State,
  StateName,
} from "./schema";

export type LogLevel = LogEntry["level"];

/** Told of by the stream too, which leaves the names of what it belongs to out where they are known. */
export type TaskRun = Pick<TaskRunRead, "id" | "taskId" | "state"> &
  Partial<TaskRunRead> & {
    /** Of the execution, when it became like this; where it is known. */
    version?: number;
  };

export interface Page<Item> {
  results: Item[];
  total: number;
  totalIsCapped?: boolean;
  nextCursor?: string;
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
