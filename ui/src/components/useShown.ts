import { useState } from "react";

/** The value that goes with what is shown: the newest, or the one before while what it belongs to is awaited. */
export function useShown<Value extends string>(newest: Value, isBehind: boolean): Value {
  const [shown, setShown] = useState(newest);
  if (!isBehind && shown !== newest) setShown(newest);
  return shown;
}
