import { useMutation } from "@tanstack/react-query";
import { type LogFilter, readAllLogs } from "../../api/logs";
import type { LogLine } from "../../api/types";
import { withoutSequences } from "../../components/ansi";
import { Icon } from "../../components/Icon";
import { keepFile } from "../../components/keepFile";
import { toast, toastError } from "../../components/toasts";
import { t } from "../../i18n/text";

const MOST = 20_000;

/** Keeps the lines that the filters find as a text, the oldest first. */
export function DownloadLines({ filter }: { filter: LogFilter }) {
  const keep = useMutation({
    mutationFn: () => readAllLogs(filter, MOST, new AbortController().signal),
    onSuccess: (lines) => {
      keepFile("logs.txt", new Blob([lines.map(textOf).join("")], { type: "text/plain" }));
      if (lines.length === MOST) toast(t("The newest {count} lines are in the file", { count: MOST }));
    },
    onError: toastError,
  });
  return (
    <button
      className="btn btn--ghost"
      type="button"
      aria-disabled={keep.isPending}
      onClick={() => !keep.isPending && keep.mutate()}
    >
      <Icon name="download" small />
      {t("Download")}
    </button>
  );
}

function textOf({ timestamp, level, namespace, flowId, taskId, triggerId, message }: LogLine): string {
  const place = [`${namespace}.${flowId}`, taskId ?? triggerId].filter(Boolean).join(" ");
  return `${timestamp} ${level} ${place} ${withoutSequences(message)}\n`;
}
