import type { Plugin, TypeFacts } from "../../api/plugins";
import { shortType } from "../../components/graph/nodeData";

export interface Listed extends TypeFacts {
  isTrigger: boolean;
}

export interface Group {
  /** As types begin: `core.flow`. */
  name: string;
  types: Listed[];
}

/** The types that fit a text and a kind, by the package they are of; those that should not be used are left out. */
export function groupsOf(plugins: readonly Plugin[], text: string, kind: "tasks" | "triggers" | undefined): Group[] {
  const all = plugins.flatMap(({ tasks = [], triggers = [] }) => [
    ...tasks.map((one) => ({ ...one, isTrigger: false })),
    ...triggers.map((one) => ({ ...one, isTrigger: true })),
  ]);
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = ({ cls, title = "", deprecated, isTrigger }: Listed): boolean => {
    const own = `${cls} ${title}`.toLowerCase();
    return (
      !deprecated && (kind ? (kind === "triggers") === isTrigger : true) && words.every((word) => own.includes(word))
    );
  };
  const groups = new Map<string, Listed[]>();
  for (const one of all.filter(fits)) {
    const name = shortType(one.cls).split(".").slice(0, -1).join(".");
    groups.set(name, [...(groups.get(name) ?? []), one]);
  }
  return [...groups]
    .map(([name, types]) => ({ name, types: types.toSorted((a, b) => a.cls.localeCompare(b.cls)) }))
    .toSorted((one, other) => one.name.localeCompare(other.name));
}
