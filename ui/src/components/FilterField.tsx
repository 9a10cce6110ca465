import { useEffect, useEffectEvent, useRef, useState } from "react";
import { Icon } from "./Icon";

const PAUSE_MS = 250;

interface Props {
  label: string;
  value: string;
  onChange: (value: string) => void;
}

/**
 * A text filter that acts once typing pauses or the field is left; `/` leads to it.
 *
 * Nothing of it may come later: it changes the address, and would call back who has gone on to another page.
 */
export function FilterField({ label, value, onChange }: Props) {
  const [text, setText] = useState(value);
  const sent = useRef(value);
  useEffect(() => {
    // A value from elsewhere (back, a cleared filter) replaces the text; the echo of our own does not.
    if (value !== sent.current) setText(value);
    sent.current = value;
  }, [value]);
  const act = (): void => {
    if (text === sent.current) return;
    sent.current = text;
    onChange(text);
  };
  const onPause = useEffectEvent(act);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the pause begins anew with each key, not with each drawing
  useEffect(() => {
    const timer = window.setTimeout(() => onPause(), PAUSE_MS);
    return () => window.clearTimeout(timer);
  }, [text]);
  return (
    <div className="search" role="search" style={{ minWidth: 180 }}>
      <Icon name="search" small />
      <input
        className="input"
        type="search"
        data-filter
        aria-label={label}
        placeholder={label}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onBlur={act}
      />
    </div>
  );
}
