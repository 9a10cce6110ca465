import { Connection } from "./connection";
import { isAbout, type Saying, type Told } from "./protocol";

/** A tab says that it is there every 30 s, in the background once a minute; one that is silent for longer is gone. */
const SILENCE_MS = 150_000;

interface Tab {
  topics: ReadonlySet<string>;
  heardAt: number;
}

/** Gives each tab what it wants of the one connection. */
export class Exchange {
  readonly #tabs = new Map<string, Tab>();
  readonly #send: (tab: string, told: Told) => void;
  readonly #connection: Connection;

  constructor(send: (tab: string, told: Told) => void, lastId = "") {
    this.#send = send;
    this.#connection = new Connection({
      onFrames: (frames) => {
        for (const [name, { topics }] of this.#tabs) {
          const wanted = frames.filter((frame) => isAbout(frame, topics));
          if (wanted.length > 0) send(name, { kind: "frames", frames: wanted });
        }
      },
      onStanding: (standing) => {
        for (const name of this.#tabs.keys()) send(name, { kind: "standing", standing });
      },
    });
    this.#connection.lastId = lastId;
  }

  hear(name: string, { topics, begunAt, isRetry }: Saying): void {
    const isNew = !this.#tabs.has(name);
    if (topics.length === 0) this.#tabs.delete(name);
    else this.#tabs.set(name, { topics: new Set(topics), heardAt: Date.now() });
    for (const [other, { heardAt }] of this.#tabs) {
      if (heardAt < Date.now() - SILENCE_MS) this.#tabs.delete(other);
    }
    if (isNew) this.#send(name, { kind: "standing", standing: this.#connection.standing });
    this.#connection.begunAt = Math.min(this.#connection.begunAt, begunAt);
    this.#connection.follow([...new Set([...this.#tabs.values()].flatMap((tab) => [...tab.topics]))].sort());
    if (isRetry) this.#connection.retry();
  }
}
