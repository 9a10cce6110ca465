import { useMutation } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { type TaskTrial, tryTask } from "../../../api/taskTrials";
import type { JsonObject, LogLine } from "../../../api/types";

/** Tries a task as often as one likes; whoever stops looking, stops it. */
export function useTrial(make: (variables: JsonObject) => TaskTrial) {
  const [lines, setLines] = useState<readonly LogLine[]>([]);
  const under = useRef<AbortController | null>(null);
  const trial = useMutation({
    mutationFn: async (variables: JsonObject) => {
      const controller = new AbortController();
      under.current = controller;
      setLines([]);
      try {
        return await tryTask(make(variables), (more) => setLines((known) => [...known, ...more]), controller.signal);
      } catch (error) {
        if (controller.signal.aborted) return null;
        throw error;
      }
    },
  });
  const stop = (): void => under.current?.abort();
  useEffect(() => () => under.current?.abort(), []);
  return { trial, lines, stop };
}
