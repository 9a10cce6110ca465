/** Text with the escape sequences of terminals: colours and weights are kept, everything else is left out. */

export interface Piece {
  text: string;
  /** Of the look: a colour that has a meaning here, and how heavy it is. */
  className?: string;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: sequences of terminals begin with one
const SEQUENCE = /\x1b(?:\[([\d;:?]*)[ -/]*([@-~])|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\^_])/g;
const COLOURS = ["", "failed", "success", "warning", "running", "paused", "created", ""];

/** Whether there is anything to take apart; most lines have nothing. */
export function hasSequences(message: string): boolean {
  return message.includes("\x1b");
}

export function withoutSequences(message: string): string {
  return hasSequences(message) ? message.replace(SEQUENCE, "") : message;
}

/** The stretches of a message that look alike. */
export function piecesOf(message: string): Piece[] {
  if (!hasSequences(message)) return [{ text: message }];
  const pieces: Piece[] = [];
  let style: Style = {};
  let from = 0;
  const add = (to: number): void => {
    if (to > from) pieces.push(pieceOf(message.slice(from, to), style));
  };
  for (const found of message.matchAll(SEQUENCE)) {
    add(found.index);
    from = found.index + found[0].length;
    if (found[2] === "m") style = after(style, (found[1] ?? "").split(/[;:]/).map(Number));
  }
  add(message.length);
  return pieces;
}

interface Style {
  colour?: string;
  isBold?: boolean;
  isFaint?: boolean;
}

function pieceOf(text: string, { colour, isBold, isFaint }: Style): Piece {
  const className = [colour && `ansi ${colour}`, isBold && "ansi-bold", isFaint && "muted"].filter(Boolean).join(" ");
  return className ? { text, className } : { text };
}

function after(style: Style, codes: readonly number[]): Style {
  let next = style;
  for (let at = 0; at < codes.length; at++) {
    const code = codes[at] ?? 0;
    if (code === 0) next = {};
    else if (code === 1) next = { ...next, isBold: true };
    else if (code === 2) next = { ...next, isFaint: true };
    else if (code === 22) next = { ...next, isBold: false, isFaint: false };
    else if ((code >= 30 && code <= 37) || (code >= 90 && code <= 97))
      next = { ...next, colour: COLOURS[code % 10] ?? "" };
    else if (code === 39) next = { ...next, colour: "" };
    // Colours by number or by their parts have no meaning here: they and what follows are passed over.
    else if (code === 38 || code === 48) at += codes[at + 1] === 5 ? 2 : 4;
  }
  return next;
}
