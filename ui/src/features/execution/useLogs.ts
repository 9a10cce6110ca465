import { useEffect, useRef, useState } from "react";
import { requestJson } from "../../api/client";
import { follow } from "../../api/stream";
import type { LogLine } from "../../api/types";

/**
 * The lines of an execution in the order of their time.
 *
 * While it runs they are followed; a new connection sends all of them again, so they replace what is here once as many
 * have come. When it is over they are read once more, so that what is shown is what is stored.
 */
export function useLogs(id: string, isOver: boolean): readonly LogLine[] {
  const [lines, setLines] = useState<readonly LogLine[]>([]);
  const shown = useRef(0);
  useEffect(() => {
    if (isOver) {
      const controller = new AbortController();
      void requestJson<LogLine[]>(`/logs/${id}`, { signal: controller.signal }).then(setLines, () => undefined);
      return () => controller.abort();
    }
    let buffer: LogLine[] = [];
    let frame = 0;
    const show = (): void => {
      frame = 0;
      if (buffer.length < shown.current) return;
      shown.current = buffer.length;
      setLines([...buffer]);
    };
    const stop = follow(`/logs/${id}/follow`, {
      isEnd: () => false,
      onOpen: () => {
        buffer = [];
      },
      onFrame: ({ kind, data }) => {
        if (kind === "start") return;
        buffer.push(JSON.parse(data) as LogLine);
        frame ||= window.requestAnimationFrame(show);
      },
    });
    return () => {
      stop();
      window.cancelAnimationFrame(frame);
    };
  }, [id, isOver]);
  return lines;
}
