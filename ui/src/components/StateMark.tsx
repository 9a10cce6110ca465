import type { StateName } from "../api/types";
import { Icon } from "./Icon";
import { lookOf } from "./states";

interface Props {
  state: StateName;
  /** `glyph` keeps the word for screen readers only. */
  form?: "text" | "chip" | "small" | "glyph";
}

/** A state as glyph, word and colour. */
export function StateMark({ state, form = "text" }: Props) {
  const look = lookOf(state);
  const kind = { text: "", chip: "state--chip", small: "state--s", glyph: "" }[form];
  return (
    <span className={`state ${kind} ${look.className}`}>
      <Icon name={look.glyph} />
      {form === "glyph" ? <span className="sr">{look.word}</span> : look.word}
    </span>
  );
}
