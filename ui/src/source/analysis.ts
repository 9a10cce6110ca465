import { parseSource } from "./document";
import { type TaskPlace, tasksIn } from "./tasks";

/** What the pages need to know of a text besides the text. */
export interface Analysis {
  tasks: TaskPlace[];
  errors: { message: string; offset: number }[];
}

export const NOTHING: Analysis = { tasks: [], errors: [] };

export function analyse(text: string): Analysis {
  const source = parseSource(text);
  return { tasks: tasksIn(source), errors: source.errors };
}
