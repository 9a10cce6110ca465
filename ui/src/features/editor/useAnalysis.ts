import { useEffect, useRef, useState } from "react";
import { type Analysis, NOTHING } from "../../source/analysis";

interface Answer {
  version: number;
  analysis: Analysis;
}

/** The tasks and the problems of syntax of a text, found in a worker; those of the last text until they are there. */
export function useAnalysis(text: string): Analysis {
  const [analysis, setAnalysis] = useState<Analysis>(NOTHING);
  const version = useRef(0);
  const asked = useRef<string | null>(null);
  const worker = useRef<Worker | null>(null);
  useEffect(() => {
    const own = new Worker(new URL("../../source/analysis.worker.ts", import.meta.url), { type: "module" });
    worker.current = own;
    own.onmessage = ({ data }: MessageEvent<Answer>) => {
      if (data.version === version.current) setAnalysis((old) => (same(old, data.analysis) ? old : data.analysis));
    };
    return () => own.terminate();
  }, []);
  useEffect(() => {
    if (text === asked.current) return;
    asked.current = text;
    version.current++;
    worker.current?.postMessage({ version: version.current, text });
  }, [text]);
  return analysis;
}

function same(one: Analysis, other: Analysis): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
