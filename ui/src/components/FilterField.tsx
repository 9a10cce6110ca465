import { useEffect, useRef, useState } from "react";
import { Icon } from "./Icon";

const PAUSE_MS = 250;

interface Props {
  label: string;
  value: string;
  onChange: (value: string) => void;
}

/** A text filter that acts once typing pauses; `/` leads to it. */
export function FilterField({ label, value, onChange }: Props) {
  const [text, setText] = useState(value);
  const sent = useRef(value);
  useEffect(() => {
    // A value from elsewhere (back, a cleared filter) replaces the text; the echo of our own does not.
    if (value !== sent.current) setText(value);
    sent.current = value;
  }, [value]);
  useEffect(() => {
    if (text === sent.current) return;
    const timer = window.setTimeout(() => {
      sent.current = text;
      onChange(text);
    }, PAUSE_MS);
    return () => window.clearTimeout(timer);
  });
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
      />
    </div>
  );
}
