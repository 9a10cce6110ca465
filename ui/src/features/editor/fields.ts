import type { Schema } from "../../api/plugins";
import type { Data } from "../../source/intents";

export type FieldKind = "text" | "number" | "switch" | "choice" | "yaml";

export interface FieldPlan {
  name: string;
  schema: Schema;
  isRequired: boolean;
  isSet: boolean;
}

const SHOWN_ELSEWHERE = new Set(["id", "type"]);
const NESTED = new Set(["tasks", "then", "else", "errors", "finally", "defaults", "cases"]);

/** What every task can be told; the rest is what its type is about. */
const COMMON = new Set([
  "version",
  "description",
  "retry",
  "timeout",
  "disabled",
  "runIf",
  "when",
  "allowFailure",
  "allowWarning",
  "logLevel",
  "logToFile",
  "taskCache",
  "workerGroup",
  "workerSelector",
  "policyRefs",
  "assets",
  "conditions",
  "stopAfter",
  "labels",
]);
const MOST_OWN = 6;

/** Which fields a form has: the required ones, then those that are set or few enough, then the names of the others. */
export function planFields(
  schema: Schema | undefined,
  values: { [key: string]: Data },
): { shown: FieldPlan[]; others: FieldPlan[] } {
  const properties = schema?.properties ?? {};
  const required = new Set(schema?.required ?? []);
  const names = [...new Set([...Object.keys(properties), ...Object.keys(values)])];
  const plans = names
    .filter((name) => !SHOWN_ELSEWHERE.has(name) && !NESTED.has(name) && !name.startsWith("$"))
    .map((name) => ({
      name,
      schema: properties[name] ?? {},
      isRequired: required.has(name),
      isSet: Object.hasOwn(values, name),
    }));
  const own = plans.filter(({ name, schema: { deprecated } }) => !COMMON.has(name) && !deprecated);
  const offered = new Set(own.length <= MOST_OWN ? own : []);
  const isShown = (plan: FieldPlan): boolean => plan.isRequired || plan.isSet || offered.has(plan);
  const rank = (plan: FieldPlan): number => (plan.isRequired ? 0 : 1);
  return {
    shown: plans.filter(isShown).sort((one, other) => rank(one) - rank(other)),
    others: plans.filter((plan) => !isShown(plan) && !plan.schema.deprecated),
  };
}

/** How a value is edited; what the schema leaves open follows the value there is. */
export function kindOf(schema: Schema, value: Data | undefined): FieldKind {
  if (typeof value === "object" && value !== null) return "yaml";
  if (isExpression(value)) return "text";
  if (schema.enum) return "choice";
  const types = typesOf(schema);
  if (types.has("string")) return "text";
  if (types.has("boolean")) return "switch";
  if (types.has("integer") || types.has("number")) return "number";
  if (types.has("object") || types.has("array")) return "yaml";
  return typeof value === "number" ? "number" : typeof value === "boolean" ? "switch" : "text";
}

/** A value to begin with when a property is added. */
export function firstValue(schema: Schema): Data {
  if (schema.default !== undefined) return schema.default as Data;
  if (schema.enum?.[0] !== undefined) return schema.enum[0] as Data;
  const types = typesOf(schema);
  if (types.has("string")) return "";
  if (types.has("boolean")) return true;
  if (types.has("integer") || types.has("number")) return schema.minimum ?? 0;
  if (types.has("array")) return [];
  if (types.has("object")) return {};
  return "";
}

export function isExpression(value: Data | undefined): boolean {
  return typeof value === "string" && /\{\{|\{%/.test(value);
}

/** `maxAttempts` reads as `Max attempts`. */
export function labelOf(name: string): string {
  const words = name.replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function typesOf(schema: Schema): Set<string> {
  const own = schema.type === undefined ? [] : Array.isArray(schema.type) ? schema.type : [schema.type];
  const inner = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].flatMap((one) => [...typesOf(one)]);
  return new Set([...own, ...inner]);
}
