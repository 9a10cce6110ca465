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
import { type Known, readEdit } from "./item";

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

/** Reads one text after another: all of it, or only the task that was edited where that tells the same. */
export class Reader {
  private tasks: readonly TaskPlace[] = [];
  private layout: Layout | undefined;
  private known: Known | undefined;
  private countOfTypes = 0;

  read(text: string, types: ReadonlyMap<string, TypeShape>): ReadingDelta {
    // With the shape of another type any task may be wrong.
    const isChecked = types.size === this.countOfTypes;
    this.countOfTypes = types.size;
    const edited = this.known && isChecked ? readEdit(this.known, text, types) : undefined;
    if (!edited) return this.readAll(text, types);
    this.known = edited.known;
    this.tasks = edited.known.tasks;
    return this.told(text, edited.delta, []);
  }

  private readAll(text: string, types: ReadonlyMap<string, TypeShape>): ReadingDelta {
    const source = parseSource(text);
    const tasks = tasksIn(source);
    const delta = deltaOf(this.tasks, tasks);
    const data = source.errors.length > 0 ? undefined : dataOf(source);
    this.tasks = tasks;
    this.known = data === undefined ? undefined : { text, tasks, data, issues: checkFlow(source, data, tasks, types) };
    return this.told(text, delta, source.errors);
  }

  private told(text: string, tasks: TasksDelta, errors: SyntaxError[]): ReadingDelta {
    const graph = buildGraph(this.known?.data);
    // Without a task there is nothing to draw.
    const layout = graph && this.tasks.length > 0 ? layoutGraph(graph) : undefined;
    const isNew = layout !== undefined && !(this.layout && sameLayout(this.layout, layout));
    if (isNew) this.layout = layout;
    return {
      tasks,
      errors,
      issues: [...(this.known?.issues ?? [])],
      layout: isNew ? layout : undefined,
      isGraphOld: layout === undefined && text.trim() !== "",
    };
  }
}
