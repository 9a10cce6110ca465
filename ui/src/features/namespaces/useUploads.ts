import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { uploadFile } from "../../api/uploading";
import { toast } from "../../components/toasts";
import { plural } from "../../i18n/text";
import type { Dropped } from "./dropped";

/** How far sending is. */
export interface Sending {
  path: string;
  /** The file that is being sent, from 1 on, of so many. */
  number: number;
  count: number;
  sent: number;
  size: number;
}

export interface Uploads {
  sending: Sending | null;
  error: unknown;
  upload: (files: readonly Dropped[], into: string) => Promise<void>;
  stop: () => void;
}

/** Sends files one after the other; what was stored before one is refused or stopped stays. */
export function useUploads(namespace: string): Uploads {
  const client = useQueryClient();
  const [sending, setSending] = useState<Sending | null>(null);
  const [error, setError] = useState<unknown>(null);
  const stopper = useRef<AbortController | null>(null);
  const upload = async (files: readonly Dropped[], into: string): Promise<void> => {
    if (stopper.current || files.length === 0) return;
    const controller = new AbortController();
    stopper.current = controller;
    setError(null);
    const [count, all] = [files.length, files.reduce((sum, { file }) => sum + file.size, 0)];
    let before = 0;
    let stored = 0;
    try {
      for (const { path, file } of files) {
        const tell = (bytes: number): void =>
          setSending({ path, number: stored + 1, count, sent: before + bytes, size: all });
        tell(0);
        await uploadFile(namespace, into + path, file, tell, controller.signal);
        before += file.size;
        stored += 1;
      }
    } catch (reason) {
      if (!controller.signal.aborted) setError(reason);
    }
    stopper.current = null;
    setSending(null);
    if (stored > 0) toast(plural(stored, { one: "{count} file is stored", other: "{count} files are stored" }));
    await client.invalidateQueries({ queryKey: ["namespaceFiles", namespace] });
  };
  return { sending, error, upload, stop: () => stopper.current?.abort() };
}
