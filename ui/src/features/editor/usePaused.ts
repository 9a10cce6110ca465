import { useEffect, useState } from "react";

/** A text as it was when it last stayed the same for a moment. */
export function usePaused(text: string, millis: number): string {
  const [calm, setCalm] = useState(text);
  useEffect(() => {
    const timer = window.setTimeout(() => setCalm(text), millis);
    return () => window.clearTimeout(timer);
  }, [text, millis]);
  return calm;
}
