import { useRef, useState } from "react";

/** Functions that stay the same from one drawing to the next and always do what the newest ones do. */
export function useStable<Functions extends Record<string, (...given: never[]) => unknown>>(
  functions: Functions,
): Functions {
  const latest = useRef(functions);
  latest.current = functions;
  const [stable] = useState(() => {
    const names = Object.keys(functions) as (keyof Functions)[];
    const pairs = names.map((name) => [name, (...given: never[]) => latest.current[name]?.(...given)]);
    return Object.fromEntries(pairs) as Functions;
  });
  return stable;
}

/** The value of before as long as the new one holds the same. */
export function useSame<Value>(value: Value): Value {
  const kept = useRef(value);
  if (kept.current !== value && JSON.stringify(kept.current) !== JSON.stringify(value)) kept.current = value;
  return kept.current;
}
