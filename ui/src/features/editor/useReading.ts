import { useCallback, useEffect, useRef, useState } from "react";
import { keepSame } from "../../graph/same";
import type { TypeShape } from "../../reading/checks";
import { applyDelta } from "../../reading/delta";
import { NOTHING, type Reading, type ReadingDelta } from "../../reading/reading";
import type { Knowledge } from "./completion/knowledge";

export interface ReadingOf {
  reading: Reading;
  /** Reads the text of now as soon as the one before is read; what came between is left out. */
  follow: (text: () => string) => void;
}

/** What a worker reads in the text. */
export function useReading(initial: string, knowledge: Knowledge): ReadingOf {
  const [reading, setReading] = useState<Reading>(NOTHING);
  const [first] = useState(initial);
  const mailbox = useRef<Mailbox | null>(null);
  useEffect(() => {
    const own = new Mailbox(setReading, knowledge);
    mailbox.current = own;
    own.send(() => first.replaceAll("\r\n", "\n"));
    return () => own.close();
  }, [first, knowledge]);
  const follow = useCallback((text: () => string) => {
    mailbox.current?.edited();
    mailbox.current?.send(text);
  }, []);
  return { reading, follow };
}

/** Sends a worker one text at a time, and puts its answers together. */
class Mailbox {
  private readonly worker = new Worker(new URL("../../reading/reading.worker.ts", import.meta.url), { type: "module" });
  private reading = NOTHING;
  private sent: string | null = null;
  private waiting: (() => string) | null = null;
  private latest: () => string = () => "";
  private isEdited = false;
  private readonly asked = new Set<string>();
  private shapes: [string, TypeShape][] = [];

  constructor(
    private readonly onRead: (reading: Reading) => void,
    private readonly knowledge: Knowledge,
  ) {
    this.worker.onmessage = ({ data }: MessageEvent<ReadingDelta>) => this.take(data);
  }

  close(): void {
    this.worker.terminate();
  }

  /** From now on the shapes of types are worth asking for: they check what is written. */
  edited(): void {
    if (this.isEdited) return;
    this.isEdited = true;
    this.ask();
  }

  send(text: () => string): void {
    this.latest = text;
    if (this.sent !== null) {
      this.waiting = text;
      return;
    }
    this.sent = text();
    this.worker.postMessage({ text: this.sent, types: this.shapes.splice(0) });
  }

  private take(delta: ReadingDelta): void {
    const { layout: old } = this.reading;
    const layout = delta.layout && old ? keepSame(old, delta.layout) : (delta.layout ?? old);
    this.reading = {
      text: this.sent ?? "",
      tasks: applyDelta(this.reading.tasks, delta.tasks),
      errors: delta.errors,
      issues: delta.issues,
      layout,
      isGraphOld: delta.isGraphOld,
    };
    this.sent = null;
    const next = this.waiting;
    this.waiting = null;
    if (next) this.send(next);
    this.onRead(this.reading);
    this.ask();
  }

  private ask(): void {
    if (!this.isEdited) return;
    for (const { type } of this.reading.tasks) {
      if (this.asked.has(type)) continue;
      this.asked.add(type);
      void this.knowledge.shape(type).then((shape) => {
        if (!shape) return;
        this.shapes.push([type, shape]);
        this.send(this.latest);
      });
    }
  }
}
