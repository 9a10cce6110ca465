import { useEffect, useState } from "react";

/** The value as it was when it last stayed the same for a while. */
export function usePause<Value>(value: Value, millis: number): Value {
  const [calm, setCalm] = useState(value);
  useEffect(() => {
    const timer = window.setTimeout(() => setCalm(value), millis);
    return () => window.clearTimeout(timer);
  }, [value, millis]);
  return calm;
}
