import { expect, test } from "vitest";
import { piecesOf, withoutSequences } from "./ansi";

const ESC = "\x1b";

test.each([
  ["plain", [{ text: "plain" }]],
  [`${ESC}[31mred${ESC}[0m plain`, [{ text: "red", className: "ansi failed" }, { text: " plain" }]],
  [
    `${ESC}[1;92mok${ESC}[22m still${ESC}[m.`,
    [{ text: "ok", className: "ansi success ansi-bold" }, { text: " still", className: "ansi success" }, { text: "." }],
  ],
  [
    `${ESC}[38;5;208ma${ESC}[38;2;1;2;3mb${ESC}[33mc`,
    [{ text: "a" }, { text: "b" }, { text: "c", className: "ansi warning" }],
  ],
  [`${ESC}[2mdim${ESC}[39m`, [{ text: "dim", className: "muted" }]],
  [`${ESC}[2K${ESC}[1Gdone`, [{ text: "done" }]],
  [`${ESC}]8;;https://a.example${ESC}\\link${ESC}]8;;${ESC}\\`, [{ text: "link" }]],
  [`${ESC}[31`, [{ text: `${ESC}[31` }]],
])("%j is shown as %j", (message, pieces) => {
  expect(piecesOf(message)).toEqual(pieces);
});

test("what is searched is the text without its colours", () => {
  expect(withoutSequences(`${ESC}[31mfa${ESC}[1mil${ESC}[0med`)).toBe("failed");
});
