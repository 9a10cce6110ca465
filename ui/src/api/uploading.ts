import { ApiError, refusal, UNREACHABLE } from "./client";
import { csrfHeader, setSignedOut } from "./session";
import { fileAddress } from "./storedFiles";

/** Stores a file of a namespace and tells how much of it is sent; only the older kind of request can tell that. */
export function uploadFile(
  namespace: string,
  path: string,
  file: File,
  onSent: (bytes: number) => void,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const sending = new XMLHttpRequest();
    const stop = (): void => sending.abort();
    signal.addEventListener("abort", stop);
    sending.upload.onprogress = ({ loaded }) => onSent(Math.min(loaded, file.size));
    sending.onabort = () => reject(new DOMException("", "AbortError"));
    sending.onerror = () => reject(new ApiError(0, UNREACHABLE));
    sending.onload = () => {
      if (sending.status < 300) return resolve();
      if (sending.status === 401) setSignedOut(true);
      refusal(new Response(sending.responseText, { status: sending.status })).then(reject, reject);
    };
    sending.onloadend = () => signal.removeEventListener("abort", stop);
    sending.open("POST", fileAddress(namespace, path));
    for (const [name, value] of Object.entries({ ...csrfHeader(), "x-tiercel-client": "ui" })) {
      sending.setRequestHeader(name, value);
    }
    const body = new FormData();
    body.append("fileContent", file, file.name);
    sending.send(body);
  });
}
