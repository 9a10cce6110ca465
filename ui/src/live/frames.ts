import type { Frame } from "./protocol";

/** Reads frames from a body as they come; a frame without data only moves the place. */
export async function readFrames(
  body: ReadableStream<Uint8Array>,
  onFrames: (frames: Frame[], lastId: string | null) => void,
): Promise<void> {
  const reader = body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader();
  let buffer = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const parts = (buffer + value).split("\n\n");
    buffer = parts.pop() ?? "";
    const read = parts.map(parseFrame);
    onFrames(
      read.flatMap(({ frame }) => (frame ? [frame] : [])),
      read.findLast(({ id }) => id !== null)?.id ?? null,
    );
  }
}

export function parseFrame(text: string): { id: string | null; frame: Frame | null } {
  let id: string | null = null;
  let kind = "";
  const data: string[] = [];
  for (const line of text.split("\n")) {
    if (line.startsWith("id:")) id = line.slice(3).trim();
    else if (line.startsWith("event:")) kind = line.slice(6).trim();
    else if (line.startsWith("data:")) data.push(line.slice(5).trimStart());
  }
  const frame = data.length > 0 && kind ? { id: id ?? "", kind, data: JSON.parse(data.join("\n")) as unknown } : null;
  return { id, frame };
}
