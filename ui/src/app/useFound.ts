import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { executionPage } from "../api/executions";
import { flowPage, namespaces } from "../api/flows";
import { type Plugin, plugins } from "../api/plugins";

export interface Choice {
  key: string;
  icon: string;
  name: string;
  note: string;
  choose: () => void;
}

const MOST_FLOWS = 8;
const MOST_OTHERS = 4;
/** A shorter text fits far too many types. */
const LEAST_OF_TYPE = 3;
/** Of several words the server is asked for one, and the others are looked for in what it gives. */
const LOOKED_THROUGH = 50;
/** The beginning of an id of an execution: nobody types one, it is pasted. */
const ID = /^(?=.*\d)\w{6,}$/;

/** Whether a name holds each word of a text. */
export function matches(name: string, text: string): boolean {
  return wordsOf(text).every((word) => name.toLowerCase().includes(word));
}

/** Flows, namespaces and types by words of their names, and an execution by the beginning of its id. */
export function useFound(text: string): Choice[] {
  const navigate = useNavigate();
  const words = wordsOf(text);
  const isOne = words.length === 1;
  const longest = words.toSorted((one, other) => other.length - one.length)[0] ?? "";
  const asked = { text: longest, page: 1, size: isOne ? MOST_FLOWS : LOOKED_THROUGH };
  const flows = useQuery({ ...flowPage(asked), enabled: words.length > 0 }).data?.results ?? [];
  const spaces = useQuery({ ...namespaces, enabled: words.length > 0 }).data ?? [];
  const isOfType = longest.length >= LEAST_OF_TYPE;
  const types = useQuery({ ...plugins, enabled: isOfType }).data ?? [];
  const id = text.trim();
  const byId = executionPage({ text: id, sort: "state.startDate:desc", page: 1, size: MOST_OTHERS });
  const runs = useQuery({ ...byId, enabled: ID.test(id) }).data?.results ?? [];
  if (words.length === 0) return [];
  return [
    ...flows
      .filter((flow) => isOne || matches(`${flow.namespace}.${flow.id}`, text))
      .slice(0, MOST_FLOWS)
      .map((flow) => ({
        key: `${flow.namespace}/${flow.id}`,
        icon: "flows",
        name: flow.id,
        note: flow.namespace,
        choose: () =>
          void navigate({ to: "/flows/edit/$namespace/$id", params: { namespace: flow.namespace, id: flow.id } }),
      })),
    ...spaces
      .filter((name) => matches(name, text))
      .slice(0, MOST_OTHERS)
      .map((name) => ({
        key: `namespace ${name}`,
        icon: "namespaces",
        name,
        note: "",
        choose: () => void navigate({ to: "/namespaces/$namespace", params: { namespace: name } }),
      })),
    ...(isOfType ? typesIn(types, text) : []).slice(0, MOST_OTHERS).map((type) => ({
      key: `type ${type}`,
      icon: "plugins",
      name: type.slice(type.lastIndexOf(".") + 1),
      note: type,
      choose: () => void navigate({ to: "/plugins/$type", params: { type } }),
    })),
    ...runs
      .filter((run) => ID.test(id) && run.id.startsWith(id))
      .map((run) => ({
        key: run.id,
        icon: "runs",
        name: run.id,
        note: `${run.namespace}.${run.flowId}`,
        choose: () =>
          void navigate({
            to: "/executions/$namespace/$flow/$id",
            params: { namespace: run.namespace, flow: run.flowId, id: run.id },
          }),
      })),
  ];
}

/** Types that fit a text, those first whose own name does. */
function typesIn(all: readonly Plugin[], text: string): string[] {
  const types = all
    .flatMap(({ tasks = [], triggers = [] }) => [...tasks, ...triggers])
    .filter(({ cls, deprecated }) => !deprecated && matches(cls, text))
    .map(({ cls }) => cls);
  const isOwn = (cls: string): boolean => matches(cls.slice(cls.lastIndexOf(".") + 1), text);
  return types.toSorted((one, other) => Number(isOwn(other)) - Number(isOwn(one)));
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().split(/\s+/).filter(Boolean);
}
