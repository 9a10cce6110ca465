import { readFrames } from "./frames";
import { FINE, type Frame, type Standing } from "./protocol";

const PATH = "/api/v1/main/events";
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;
/** The server says something every 15 s; a connection that is silent for longer is none. */
const SILENCE_MS = 35_000;
/** One that ends sooner counts as a failure, so that a server that ends each at once is not called without a pause. */
const SHORT_MS = 3_000;
/** Topics come and go together when a page makes way for another. */
const SETTLING_MS = 20;
/** What nobody wants any more is sent for a while longer: a new connection would cost more. */
const LINGER_MS = 5_000;
/** What came in a longer time is more than what is shown. */
const LONGEST_LOOKBACK_MS = 30_000;

interface Listener {
  onFrames: (frames: Frame[]) => void;
  onStanding: (standing: Standing) => void;
}

/** The one stream of events: it follows what is wanted, over lost connections, from where it was. */
export class Connection {
  /** Of the last frame that was read. */
  lastId = "";
  /** When the first tab began to read what it shows, in milliseconds of the clock. */
  begunAt = Number.POSITIVE_INFINITY;
  standing: Standing = FINE;
  readonly #listener: Listener;
  #wanted: readonly string[] = [];
  #followed: ReadonlySet<string> = new Set();
  #refused = new Set<string>();
  #current: AbortController | null = null;
  #wait = FIRST_WAIT_MS;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(listener: Listener) {
    this.#listener = listener;
  }

  /** Follows these topics from now on, and those that are new from where the stream is. */
  follow(topics: readonly string[]): void {
    this.#wanted = topics;
    if (this.standing.isSignedOut || this.standing.isLost) return;
    const isMore = topics.some((topic) => !this.#followed.has(topic) && !this.#refused.has(topic));
    const isFewer = topics.length < this.#followed.size;
    if (isMore || isFewer) this.#schedule(isMore ? SETTLING_MS : LINGER_MS);
  }

  /** Connects anew at once: what looks like a connection may be none, when the network has changed. */
  retry(): void {
    this.#wait = FIRST_WAIT_MS;
    this.#refused.clear();
    this.#stand({ ...this.standing, isSignedOut: false, retryAt: null });
    this.#schedule(0);
  }

  #schedule(millis: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#connect(), millis);
  }

  async #connect(): Promise<void> {
    this.#current?.abort();
    const topics = this.#wanted.filter((topic) => !this.#refused.has(topic));
    this.#followed = new Set(topics);
    const controller = new AbortController();
    this.#current = topics.length > 0 ? controller : null;
    if (topics.length === 0) {
      this.#stand(FINE);
      return;
    }
    if (this.standing.isLost) this.#stand({ ...this.standing, retryAt: null });
    const began = Date.now();
    const status = await this.#read(topics, controller).catch(() => null);
    if (this.#current !== controller) return; // another one took its place
    this.#current = null;
    this.#followed = new Set();
    if (status === 401) this.#stand({ isLost: false, retryAt: null, isSignedOut: true });
    else if (status === 403) await this.#leaveOut(topics);
    // Streams end after some minutes, and when rights were changed.
    else if (status === 200 && Date.now() - began > SHORT_MS) this.#schedule(0);
    else this.#pause();
  }

  /** Gives the status it was answered with, once there is nothing more to read. */
  async #read(topics: readonly string[], controller: AbortController): Promise<number> {
    const url = `${PATH}?topics=${topics.map(encodeURIComponent).join(",")}${this.#lookback()}`;
    const headers = { accept: "text/event-stream", ...(this.lastId && { "last-event-id": this.lastId }) };
    let watch = setTimeout(() => controller.abort(), SILENCE_MS);
    try {
      const response = await fetch(url, { headers, signal: controller.signal });
      if (!response.ok || !response.body) return response.status;
      this.#wait = FIRST_WAIT_MS;
      this.#stand(FINE);
      this.follow(this.#wanted);
      await readFrames(response.body, (frames, lastId) => {
        if (this.#current !== controller) return;
        clearTimeout(watch);
        watch = setTimeout(() => controller.abort(), SILENCE_MS);
        if (lastId !== null) this.lastId = lastId;
        if (frames.length > 0) this.#listener.onFrames(frames);
      });
      return response.status;
    } finally {
      clearTimeout(watch);
    }
  }

  /** Who begins is told what came since the first tab began to read, and need not read it again. */
  #lookback(): string {
    const millis = Date.now() - this.begunAt;
    const isKnown = millis >= 0 && millis < LONGEST_LOOKBACK_MS;
    return this.lastId || !isKnown ? "" : `&lookback=PT${(millis / 1_000).toFixed(3)}S`;
  }

  /** Asks for each topic alone, to know which of them may not be read. */
  async #leaveOut(topics: readonly string[]): Promise<void> {
    for (const topic of topics) {
      const controller = new AbortController();
      const url = `${PATH}?topics=${encodeURIComponent(topic)}`;
      const status = await fetch(url, { signal: controller.signal }).then(
        (response) => response.status,
        () => 0,
      );
      controller.abort();
      if (status === 403) this.#refused.add(topic);
    }
    this.#schedule(0);
  }

  #pause(): void {
    // Not all browsers at the same moment, when a server comes back.
    const millis = this.#wait * (0.8 + 0.4 * Math.random());
    this.#wait = Math.min(this.#wait * 2, LONGEST_WAIT_MS);
    this.#stand({ isLost: true, retryAt: Date.now() + millis, isSignedOut: false });
    this.#schedule(millis);
  }

  #stand(standing: Standing): void {
    this.standing = standing;
    this.#listener.onStanding(standing);
  }
}
