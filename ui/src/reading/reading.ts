/**
 * What the pages need to know of a text besides the text, found away from the page so that no key waits for it.
 *
 * Each reading is told as a difference to the one before: most keys change one task, and what has not changed stays
 * the very same object for what draws it.
 */

import type { Issue } from "../api/types";
import { buildGraph } from "../graph/building";
import { type Layout, layoutGraph } from "../graph/layout";
import { sameLayout } from "../graph/same";
import { dataOf, parseSource } from "../source/document";
import { type TaskPlace, tasksIn } from "../source/tasks";
import { checkFlow, type TypeShape } from "./checks";
import { deltaOf, type TasksDelta } from "./delta";

/** What is wrong with the syntax. */
export interface SyntaxError {
  message: string;
  offset: number;
}

export interface Reading {
  text: string;
  tasks: readonly TaskPlace[];
  errors: readonly SyntaxError[];
  /** What the text shows by itself to be wrong with the flow. */
  issues: readonly Issue[];
  /** The graph of the last text that had one. */
  layout: Layout | undefined;
  isGraphOld: boolean;
}

/** A reading as it comes from the worker. */
export interface ReadingDelta {
  tasks: TasksDelta;
  errors: SyntaxError[];
  issues: Issue[];
  /** Absent for one like before. */
  layout: Layout | undefined;
  isGraphOld: boolean;
}

export const NOTHING: Reading = {
  text: "",
  tasks: [],
  errors: [],
  issues: [],
  layout: undefined,
  isGraphOld: false,
};

/** Reads one text after another. */
export class Reader {
  private tasks: TaskPlace[] = [];
  private layout: Layout | undefined;

  read(text: string, types: ReadonlyMap<string, TypeShape>): ReadingDelta {
    const source = parseSource(text);
    const tasks = tasksIn(source);
    const delta = deltaOf(this.tasks, tasks);
    this.tasks = tasks;
    const isBroken = source.errors.length > 0;
    const data = isBroken ? undefined : dataOf(source);
    const graph = buildGraph(data);
    // Without a task there is nothing to draw.
    const layout = graph && tasks.length > 0 ? layoutGraph(graph) : undefined;
    const isNew = layout !== undefined && !(this.layout && sameLayout(this.layout, layout));
    if (isNew) this.layout = layout;
    return {
      tasks: delta,
      errors: source.errors,
      issues: data === undefined ? [] : checkFlow(source, data, tasks, types),
      layout: isNew ? layout : undefined,
      isGraphOld: layout === undefined && text.trim() !== "",
    };
  }
}
