import { FINE, type Frame, isAbout, placeOf, type Saying, type Standing, type Told } from "./protocol";
import { type Transport, transport } from "./transports";

const ALIVE_MS = 30_000;
const HIDDEN_MS = 250;
/** Nothing of what the page shows has been asked for before this module is run. */
const BEGUN_AT = Date.now();

export type Listener = (frame: Frame) => void;

interface Subscription {
  topics: ReadonlySet<string>;
  listener: Listener;
}

/** The stream as one tab sees it: who wants what, and frames given out together, once for each picture drawn. */
export class Tab {
  standing: Standing = FINE;
  readonly #subscriptions = new Set<Subscription>();
  readonly #watchers = new Set<() => void>();
  readonly #transport: Transport;
  #lastId = "";
  #waiting: Frame[] = [];
  #isDue = false;
  #isSaid = true;

  constructor(make: (hear: (told: Told) => void, lastId: () => string) => Transport = transport) {
    this.#transport = make(
      (told) => this.#hear(told),
      () => this.#lastId,
    );
    window.setInterval(() => this.#say(), ALIVE_MS);
    window.addEventListener("pagehide", () => this.#transport.say({ topics: [], begunAt: BEGUN_AT }));
    window.addEventListener("pageshow", () => this.#say());
    window.addEventListener("online", () => this.retry());
    window.addEventListener("offline", () => this.#stand({ isLost: true, retryAt: null, isSignedOut: false }));
    document.addEventListener("visibilitychange", () => {
      if (document.hidden)
        this.#give(); // nothing is drawn any more that it could wait for
      else this.#say();
    });
  }

  /** Calls the listener for each frame about these topics, and when it begins anew; gives what ends that. */
  subscribe(topics: readonly string[], listener: Listener): () => void {
    const one: Subscription = { topics: new Set(topics), listener };
    this.#subscriptions.add(one);
    this.#saySoon();
    return () => {
      this.#subscriptions.delete(one);
      this.#saySoon();
    };
  }

  watch(watcher: () => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  retry(): void {
    this.#say({ isRetry: true });
  }

  #saySoon(): void {
    if (!this.#isSaid) return;
    this.#isSaid = false;
    queueMicrotask(() => {
      this.#isSaid = true;
      this.#say();
    });
  }

  #say(more: Partial<Saying> = {}): void {
    const topics = [...new Set([...this.#subscriptions].flatMap((one) => [...one.topics]))];
    this.#transport.say({ topics, begunAt: BEGUN_AT, ...more });
  }

  #hear(told: Told): void {
    if (told.kind === "standing") this.#stand(told.standing);
    if (told.kind !== "frames") return;
    for (const frame of told.frames) if (this.#isNew(frame)) this.#waiting.push(frame);
    if (this.#isDue || this.#waiting.length === 0) return;
    this.#isDue = true;
    const give = (): void => this.#give();
    if (document.hidden) window.setTimeout(give, HIDDEN_MS);
    else window.requestAnimationFrame(give);
  }

  /** A tab that took over may tell again what another has told before. */
  #isNew({ id, kind }: Frame): boolean {
    const [epoch, seq] = placeOf(id);
    const [lastEpoch, lastSeq] = placeOf(this.#lastId);
    if (kind !== "reset" && kind !== "ready" && epoch === lastEpoch && seq <= lastSeq) return false;
    this.#lastId = id;
    return true;
  }

  #give(): void {
    this.#isDue = false;
    for (const frame of this.#waiting.splice(0)) {
      const listeners = [...this.#subscriptions].filter((one) => isAbout(frame, one.topics));
      for (const listener of new Set(listeners.map((one) => one.listener))) listener(frame);
    }
  }

  #stand(standing: Standing): void {
    this.standing = standing;
    for (const watcher of this.#watchers) watcher();
  }
}
