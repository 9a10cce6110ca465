import { number, plural, t } from "../../i18n/text";

interface BulkWords {
  chosen: string;
  deleteTitle: string;
  delete: string;
  state: string;
  labels: string;
  replay: string;
  killTitle: string;
  kill: string;
}

/** What is said of the chosen executions; they may be more than were counted. */
export function bulkWords(count: number, isCapped: boolean): BulkWords {
  const of = { number: isCapped ? t("{count} or more", { count }) : number(count) };
  return {
    chosen: plural(count, { one: "{number} execution", other: "{number} executions" }, of),
    deleteTitle: plural(count, { one: "Delete {number} execution?", other: "Delete {number} executions?" }, of),
    delete: plural(count, { one: "Delete {number} execution", other: "Delete {number} executions" }, of),
    state: plural(
      count,
      { one: "Change the state of {number} execution", other: "Change the state of {number} executions" },
      of,
    ),
    labels: plural(
      count,
      { one: "Set the labels of {number} execution", other: "Set the labels of {number} executions" },
      of,
    ),
    replay: plural(count, { one: "Replay {number} execution", other: "Replay {number} executions" }, of),
    killTitle: plural(count, { one: "Kill {number} execution?", other: "Kill {number} executions?" }, of),
    kill: plural(count, { one: "Kill {number} execution", other: "Kill {number} executions" }, of),
  };
}
