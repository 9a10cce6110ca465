/**
 * The graph of a flow from the data of its text, so that it follows each key without a word from the server.
 *
 * It has the nodes, edges and clusters of the server's: every task that holds others is a cluster of its own, with a
 * start, the task, what it holds and an end; triggers are one cluster that leads to the start. Ids are dotted paths of
 * task ids from `root`. What is no task yet is left out.
 */

import type { FlowGraph, GraphCluster, GraphNode } from "../api/types";
import { type Data, isMap } from "../source/intents";
import { type Held, type Task, tasksOf } from "./held";

const PACKAGE = "io.kestra.core.models.hierarchies.";

interface Relation {
  relationType: string;
  value?: string;
}

interface Ends {
  entry: string;
  leaving: string;
}

const SEQUENTIAL: Relation = { relationType: "SEQUENTIAL" };

/** Draws a flow; undefined where two tasks would have one place, or the text is no map. */
export function buildGraph(flow: Data | undefined): FlowGraph | undefined {
  if (!isMap(flow)) return undefined;
  const builder = new Builder();
  builder.flow(flow);
  return builder.isAmbiguous ? undefined : builder.graph;
}

/** Collects the graph while walking the lists of tasks once. */
class Builder {
  readonly graph: FlowGraph = { nodes: [], edges: [], clusters: [] };
  isAmbiguous = false;
  private readonly uids = new Set<string>();
  private readonly open: GraphCluster[] = [];
  private branch: string | undefined;

  flow(flow: { [key: string]: Data }): void {
    const start = this.node("root.-start", "GraphClusterRoot");
    this.triggers(tasksOf(flow.triggers), start);
    const sides = { errors: tasksOf(flow.errors), finally: tasksOf(flow.finally) };
    const main = (last: string): void => this.chain(tasksOf(flow.tasks), "root", start, last);
    this.lists({ ...sides, afterExecution: tasksOf(flow.afterExecution) }, "root", start, "root.-end", main);
    this.node("root.-end", "GraphClusterEnd");
  }

  private triggers(triggers: Task[], target: string): void {
    if (triggers.length === 0) return;
    const cluster = this.enter("root.Triggers");
    this.node(cluster.start, "GraphClusterRoot");
    for (const { told } of triggers) {
      const uid = this.node(`root.Triggers.${told.id}`, "GraphTrigger", { trigger: told });
      this.edge(cluster.start, uid);
      this.edge(uid, cluster.end);
    }
    this.node(cluster.end, "GraphClusterEnd");
    this.open.pop();
    this.edge(cluster.end, target);
  }

  /** The main list, its errors beside it, then what follows both; the last of it leads to `end`. */
  private lists(
    held: Pick<Held, "errors" | "finally"> & { afterExecution?: Task[] },
    path: string,
    start: string,
    end: string,
    drawMain: (last: string) => void,
  ): void {
    const sides = [
      { tasks: held.finally, branch: "FINALLY" },
      { tasks: held.afterExecution ?? [], branch: "AFTER_EXECUTION" },
    ].filter(({ tasks }) => tasks.length > 0);
    const targets = [...sides.map(({ tasks }) => entryOf(tasks[0] as Task, path)), end];
    const first = targets[0] as string;
    drawMain(first);
    const outer = this.branch;
    if (held.errors.length > 0) {
      this.branch = "ERROR";
      this.chain(held.errors, path, start, first, { relationType: "ERROR" });
    }
    for (const [at, { tasks, branch }] of sides.entries()) {
      this.branch = branch;
      this.chain(tasks, path, null, targets[at + 1] as string);
    }
    this.branch = outer;
  }

  /** Tasks one after another; without `start` the first one's arrow is drawn by what leads to it. */
  private chain(
    tasks: Task[],
    path: string,
    start: string | null,
    end: string,
    first: Relation = SEQUENTIAL,
    inner: Relation = SEQUENTIAL,
  ): void {
    if (tasks.length === 0 && start !== null) this.edge(start, end, first);
    let previous = start;
    let relation = first;
    for (const task of tasks) {
      const { entry, leaving } = this.task(task, path);
      if (previous !== null) this.edge(previous, entry, relation);
      previous = leaving;
      relation = inner;
    }
    if (tasks.length > 0 && previous !== null) this.edge(previous, end);
  }

  /** One task; where arrows enter and leave it. */
  private task(task: Task, path: string): Ends {
    const uid = `${path}.${task.told.id}`;
    const { held } = task;
    if (!held) {
      this.node(uid, task.isSubflow ? "SubflowGraphTask" : "GraphTask", { task: task.told });
      return { entry: uid, leaving: uid };
    }
    const cluster = this.enter(uid, task);
    this.node(cluster.start, "GraphClusterRoot");
    this.node(uid, "GraphTask", { task: task.told });
    this.edge(cluster.start, uid);
    this.lists(held, uid, uid, cluster.end, (last) => this.children(held, uid, last));
    this.node(cluster.end, "GraphClusterEnd");
    this.open.pop();
    return { entry: cluster.start, leaving: cluster.end };
  }

  /** The main lists of a task between its own node and `end`. */
  private children({ relation, lists, kind }: Held, uid: string, end: string): void {
    const first = { relationType: relation };
    if (kind === "dag") this.dag(lists[0]?.tasks ?? [], uid, end);
    else if (kind === "parallel") {
      for (const task of lists[0]?.tasks ?? []) this.chain([task], uid, uid, end, first);
    } else if (kind === "choice") {
      for (const { name, tasks } of lists) this.chain(tasks, uid, uid, end, { ...first, value: name });
    } else {
      const all = lists.flatMap(({ tasks }) => tasks);
      this.chain(all, uid, uid, end, first, first);
    }
  }

  private dag(tasks: Task[], uid: string, end: string): void {
    const ends = new Map(tasks.map((task) => [task.told.id, this.task(task, uid)]));
    const awaited = new Set(tasks.flatMap(({ dependsOn }) => dependsOn));
    for (const { told, dependsOn } of tasks) {
      const own = ends.get(told.id) as Ends;
      for (const name of dependsOn) {
        const before = ends.get(name);
        if (before) this.edge(before.leaving, own.entry);
      }
      if (dependsOn.length === 0) this.edge(uid, own.entry, { relationType: "PARALLEL" });
      if (!awaited.has(told.id)) this.edge(own.leaving, end);
    }
  }

  /** Adds a node to the graph and to the innermost open cluster. */
  private node(uid: string, type: string, what: Pick<GraphNode, "task" | "trigger"> = {}): string {
    if (this.uids.has(uid)) this.isAmbiguous = true;
    this.uids.add(uid);
    this.graph.nodes.push({ uid, type: PACKAGE + type, ...(this.branch && { branchType: this.branch }), ...what });
    this.open.at(-1)?.nodes.push(uid);
    return uid;
  }

  private edge(source: string, target: string, relation: Relation = SEQUENTIAL): void {
    this.graph.edges.push({ source, target, relation });
  }

  private enter(uid: string, task?: Task): GraphCluster {
    const taskNode = task && { uid, type: `${PACKAGE}GraphTask`, task: task.told };
    const cluster: GraphCluster = {
      cluster: { uid: `cluster_${uid}`, type: `${PACKAGE}GraphCluster`, ...(taskNode && { taskNode }) },
      nodes: [],
      parents: task ? this.open.map((one) => one.cluster.uid) : [],
      start: `${uid}.-start`,
      end: `${uid}.-end`,
    };
    this.graph.clusters.push(cluster);
    this.open.push(cluster);
    return cluster;
  }
}

function entryOf(task: Task, path: string): string {
  const uid = `${path}.${task.told.id}`;
  return task.held ? `${uid}.-start` : uid;
}
