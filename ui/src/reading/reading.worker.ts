import type { TypeShape } from "./checks";
import { Reader } from "./reading";

const reader = new Reader();
const types = new Map<string, TypeShape>();

/** Reads texts away from the page, so that no key waits for a parser. */
self.onmessage = ({ data }: MessageEvent<{ text: string; types: [string, TypeShape][] }>) => {
  for (const [type, shape] of data.types) types.set(type, shape);
  self.postMessage(reader.read(data.text, types));
};
