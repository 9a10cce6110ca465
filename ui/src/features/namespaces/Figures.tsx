import type { NamespaceFigures } from "../../api/namespaces";
import { plural } from "../../i18n/text";

interface Props {
  id: string;
  figures: ReadonlyMap<string, NamespaceFigures>;
}

/** How many flows are in a namespace and below it, and how they did in the last 24 hours. */
export function Figures({ id, figures }: Props) {
  const own = [...figures].filter(([name]) => name === id || name.startsWith(`${id}.`)).map(([, one]) => one);
  const sum = (field: keyof NamespaceFigures): number => own.reduce((all, one) => all + one[field], 0);
  const [flows, runs, failed] = [sum("flows"), sum("runs"), sum("failed")];
  return (
    <span className="nfigures push small muted num">
      <span>{flows > 0 && plural(flows, { one: "{count} flow", other: "{count} flows" })}</span>
      <span className="hide-s">
        {runs > 0 && plural(runs, { one: "{count} run in 24 hours", other: "{count} runs in 24 hours" })}
      </span>
      <span className={failed > 0 ? "nfigures__failed failed" : ""}>
        {failed > 0 && plural(failed, { one: "{count} failed", other: "{count} failed" })}
      </span>
    </span>
  );
}
