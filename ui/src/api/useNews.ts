import { useState } from "react";
import { useFrames } from "./stream";

/** A save that somebody else made of what is open here. */
export interface News {
  revision: number;
  /** Empty where nobody has a name. */
  author: string;
  at: number;
}

interface Saved {
  namespace?: string;
  id: string;
  action: string;
  revision?: number;
  author?: string;
}

const TOPICS = { flow: "flows", dashboard: "dashboards", file: "files" };

/** Listens for saves of one thing; gives the last that is newer than the revision which is known here. */
export function useNews(kind: keyof typeof TOPICS, key: { namespace?: string; id: string } | null, revision: number) {
  const [news, setNews] = useState<News | null>(null);
  useFrames(key ? [TOPICS[kind]] : [], (frame) => {
    if (frame.kind !== kind || !key) return;
    const saved = frame.data as Saved;
    if (saved.id !== key.id || (key.namespace !== undefined && saved.namespace !== key.namespace)) return;
    if (saved.revision !== undefined && saved.action !== "DELETE") {
      setNews({ revision: saved.revision, author: saved.author ?? "", at: Date.now() });
    }
  });
  return news && news.revision > revision ? news : null;
}
