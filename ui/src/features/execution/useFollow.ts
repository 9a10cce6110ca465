import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { execution } from "../../api/executions";
import { follow } from "../../api/stream";
import type { Execution } from "../../api/types";
import { isTerminal } from "../../components/states";

/** An execution that stays up to date until it is over; `isLost` while there is no connection. */
export function useFollow(id: string) {
  const client = useQueryClient();
  const [isLost, setLost] = useState(false);
  const found = useQuery(execution(id));
  const isOver = found.data !== undefined && isTerminal(found.data.state.current);
  useEffect(() => {
    if (isOver) return;
    const { queryKey } = execution(id);
    return follow(`/executions/${id}/follow`, {
      onLost: setLost,
      isEnd: ({ kind }) => kind === "end",
      onFrame: ({ kind, data }) => {
        if (kind === "start") return;
        const next = JSON.parse(data) as Execution;
        // A frame that was late must not turn back what a newer answer has shown.
        client.setQueryData<Execution>(queryKey, (old) => ((old?.version ?? -1) > (next.version ?? 0) ? old : next));
      },
    });
  }, [client, id, isOver]);
  return { found, isLost: isLost && !isOver };
}
