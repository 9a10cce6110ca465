import type { ReactNode } from "react";
import { piecesOf } from "./ansi";

/** The text of a line in the colours it was written with, what was searched for marked. */
export function LogMessage({ message, text = "" }: { message: string; text?: string }) {
  return piecesOf(message).map(({ text: piece, className }, index) => {
    const shown = marked(piece, text);
    return (
      <span key={index} className={className}>
        {shown}
      </span>
    );
  });
}

function marked(message: string, text: string): ReactNode {
  const at = text ? message.toLowerCase().indexOf(text.toLowerCase()) : -1;
  if (at < 0) return message;
  return (
    <>
      {message.slice(0, at)}
      <mark>{message.slice(at, at + text.length)}</mark>
      {message.slice(at + text.length)}
    </>
  );
}
