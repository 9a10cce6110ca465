import { analyse } from "./analysis";

/** Reads texts away from the page, so that no key waits for a parser. */
self.onmessage = ({ data }: MessageEvent<{ version: number; text: string }>) => {
  self.postMessage({ version: data.version, analysis: analyse(data.text) });
};
