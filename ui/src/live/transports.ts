import { Exchange } from "./exchange";
import type { Saying, Told } from "./protocol";

/** How a tab reaches the one stream of its browser. */
export interface Transport {
  say: (saying: Saying) => void;
}

type Hear = (told: Told) => void;

const CHANNEL = "tiercel.stream";

/**
 * The best there is: a worker that all tabs share, else one tab that serves the others, else a stream of its own.
 *
 * `lastId` gives the id of the last frame this tab saw: a tab that takes over goes on from there.
 */
export function transport(hear: Hear, lastId: () => string): Transport {
  if (typeof SharedWorker !== "undefined") return shared(hear);
  if (navigator.locks && typeof BroadcastChannel !== "undefined") return elected(hear, lastId);
  const exchange = new Exchange((_, told) => hear(told));
  return { say: (saying) => exchange.hear("alone", saying) };
}

function shared(hear: Hear): Transport {
  const worker = new SharedWorker(new URL("./shared.worker.ts", import.meta.url), { type: "module", name: CHANNEL });
  worker.port.onmessage = ({ data }: MessageEvent<Told>) => hear(data);
  return { say: (saying) => worker.port.postMessage(saying) };
}

interface Letter {
  /** Absent in what a tab says to whoever leads. */
  to?: string;
  from?: string;
  saying?: Saying;
  told?: Told;
}

/** Leads when it holds the lock; the browser gives that to another tab when this one is closed, however it ends. */
export function elected(hear: Hear, lastId: () => string): Transport {
  const name = Math.random().toString(36).slice(2);
  const channel = new BroadcastChannel(CHANNEL);
  let exchange: Exchange | null = null;
  let latest: Saying = { topics: [], begunAt: Date.now() };
  channel.onmessage = ({ data }: MessageEvent<Letter>) => {
    if (data.saying && data.from) exchange?.hear(data.from, data.saying);
    if (data.told?.kind === "who") channel.postMessage({ from: name, saying: latest } satisfies Letter);
    else if (data.told && data.to === name) hear(data.told);
  };
  void navigator.locks.request(CHANNEL, () => {
    exchange = new Exchange((to, told) => {
      if (to === name) hear(told);
      else channel.postMessage({ to, told } satisfies Letter);
    }, lastId());
    exchange.hear(name, latest);
    channel.postMessage({ told: { kind: "who" } } satisfies Letter);
    return new Promise<never>(() => undefined); // until the tab is closed
  });
  return {
    say: (saying) => {
      latest = { topics: saying.topics, begunAt: saying.begunAt };
      if (exchange) exchange.hear(name, saying);
      else channel.postMessage({ from: name, saying } satisfies Letter);
    },
  };
}
