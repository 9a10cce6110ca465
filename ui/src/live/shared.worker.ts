import { Exchange } from "./exchange";
import type { Saying } from "./protocol";

/** The stream of all tabs of a browser, in a place that none of them owns. */
const ports = new Map<string, MessagePort>();
const exchange = new Exchange((name, told) => ports.get(name)?.postMessage(told));
let last = 0;

self.addEventListener("connect", (event) => {
  const [port] = (event as MessageEvent).ports;
  if (!port) return;
  const name = String(++last);
  ports.set(name, port);
  port.onmessage = ({ data }: MessageEvent<Saying>) => exchange.hear(name, data);
});
