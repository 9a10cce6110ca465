import type { LogFilter } from "../../api/logs";
import type { LogLevel, LogLine } from "../../api/types";

const LEVELS: LogLevel[] = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR"];

/** Whether the server would have listed a line, that it told of, among those of a filter. */
export function isWanted(line: LogLine, { namespace, flow, level, text }: LogFilter): boolean {
  if (line.executionKind !== undefined) return false; // tests and iterations are not listed
  if (namespace && line.namespace !== namespace && !line.namespace.startsWith(`${namespace}.`)) return false;
  if (flow && line.flowId !== flow) return false;
  if (level && LEVELS.indexOf(line.level) < LEVELS.indexOf(level)) return false;
  return !text || line.message.toLowerCase().includes(text.toLowerCase());
}
