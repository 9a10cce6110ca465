import { Link } from "@tanstack/react-router";
import type { Execution, StateName } from "../../api/types";
import { StateMark } from "../../components/StateMark";
import { plural } from "../../i18n/text";

const HOUR_MS = 3_600_000;

/** The questions people come with, each answered by a number that leads to its list. */
export function Questions({ executions, now }: { executions: Execution[]; now: number }) {
  const count = (state: StateName): number => executions.filter((one) => one.state.current === state).length;
  const failed = executions.filter(
    ({ state }) => state.current === "FAILED" && now - Date.parse(state.endDate ?? state.startDate ?? "") < HOUR_MS,
  ).length;
  const items: { state: StateName; number: number; words: string; range: string }[] = [
    {
      state: "FAILED",
      number: failed,
      words: plural(failed, { one: "failed in the last hour", other: "failed in the last hour" }),
      range: "PT1H",
    },
    {
      state: "PAUSED",
      number: count("PAUSED"),
      words: plural(count("PAUSED"), { one: "waiting for an answer", other: "waiting for an answer" }),
      range: "PT24H",
    },
    {
      state: "QUEUED",
      number: count("QUEUED"),
      words: plural(count("QUEUED"), { one: "waiting in a queue", other: "waiting in a queue" }),
      range: "PT24H",
    },
    {
      state: "RUNNING",
      number: count("RUNNING"),
      words: plural(count("RUNNING"), { one: "running", other: "running" }),
      range: "PT24H",
    },
  ];
  return (
    <ul className="questions">
      {items.map(({ state, number, words, range }) => (
        <li key={state}>
          <Link to="/executions" search={{ state: [state], range }}>
            {number > 0 ? <StateMark state={state} form="glyph" /> : null}
            <b className="num">{number}</b> <span className="muted">{words}</span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
