import { type QueryClient, queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { requestJson } from "./client";
import type { Json } from "./types";

type Kept = Record<string, Json>;

const ROOT = "/me/preferences";

/** Everything the one who is signed in keeps on the server, by key. */
export const preferences = queryOptions({
  queryKey: ["preferences"],
  staleTime: 30_000,
  queryFn: ({ signal }) => requestJson<Kept>(ROOT, { signal }),
});

/** One kept value and what changes it; it is shown as changed at once, and as it was when the server refuses. */
export function usePreference<Value>(key: string, fallback: Value): [Value, (value: Value) => void] {
  const client = useQueryClient();
  const found = useQuery(preferences);
  // What was chosen is drawn with the very click: the cache tells its readers a little later.
  const [own, setOwn] = useState<{ value: Value }>();
  const save = useMutation({
    scope: { id: `preferences.${key}` }, // one after another: the last choice is the one that is kept
    mutationFn: ({ value }: { value: Value }) => keepPreference(key, value),
    onMutate: ({ value }) => setKept(client, key, value as Json),
    onError: () => void client.invalidateQueries(preferences),
    onSettled: (_answer, _error, one) => setOwn((now) => (now === one ? undefined : now)),
  });
  const change = (value: Value): void => {
    const one = { value };
    setOwn(one);
    save.mutate(one);
  };
  const kept = found.data?.[key];
  return [own ? own.value : kept === undefined ? fallback : (kept as Value), change];
}

/** Keeps a value on the server, outside of what pages show of it. */
export function keepPreference<Value>(key: string, value: Value): Promise<Json> {
  const headers = { "content-type": "application/json" };
  return requestJson(`${ROOT}/${encodeURIComponent(key)}`, { method: "PUT", body: JSON.stringify(value), headers });
}

function setKept(client: QueryClient, key: string, value: Json): void {
  client.setQueryData<Kept>(preferences.queryKey, (old) => ({ ...old, [key]: value }));
}
