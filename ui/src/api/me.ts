import { queryOptions } from "@tanstack/react-query";
import { requestJson } from "./client";

export interface Me {
  username: string;
  /** False where nobody needs to say who it is. */
  isKnown: boolean;
  permissions: { resource: string; action: string; namespace: string }[];
}

/** Who is here, and what that one may do. */
export const me = queryOptions({
  queryKey: ["me"],
  staleTime: 60_000,
  queryFn: ({ signal }) => requestJson<Me>("/me", { signal }),
});
