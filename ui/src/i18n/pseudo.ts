/**
 * English stretched and with accents, in brackets: what lacks them was not translated, or was cut.
 *
 * Whole in itself, since the build writes its text into a script of its own.
 */
export function stretched(text: string): string {
  const plain = "abcdeghijklmnoprstuwyzACDEGIJKLNORSTUWYZ";
  const marked = "åƀçđéğĥîĵķļɱñöþŕšţûŵýžÅÇĐÉĞÎĴĶĻÑÖŔŠŢÛŴÝŽ";
  const said = text.split("##")[0] ?? "";
  const kept = /(\{\w+\}|<\/?\w+>)|./gsu;
  const letters = said.replace(kept, (one, name?: string) => name ?? marked[plain.indexOf(one)] ?? one);
  const more = "~".repeat(Math.ceil(said.replace(/\{\w+\}|<\/?\w+>/g, "").length * 0.4));
  // No language has words longer than these.
  return `[${letters}${more.replace(/~{12}(?=~)/g, "$& ")}]`;
}
