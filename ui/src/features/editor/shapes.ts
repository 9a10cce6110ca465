import type { Schema } from "../../api/plugins";
import type { TypeShape } from "../../reading/checks";

/** What of the schema of a type can be checked without the server; null where any property may be written. */
export function shapeOf(schema: Schema): TypeShape | null {
  if (schema.additionalProperties !== false) return null;
  const properties = Object.entries(schema.properties ?? {});
  const choices = properties.flatMap(([name, property]): [string, string[]][] => {
    const found = choicesOf(property);
    return found ? [[name, found]] : [];
  });
  return {
    properties: properties.map(([name]) => name),
    required: schema.required ?? [],
    choices: Object.fromEntries(choices.filter(([name]) => name !== "type")),
  };
}

/** The values of a property that takes only these, or an expression. */
function choicesOf({ enum: own, anyOf }: Schema): string[] | undefined {
  const listed = own ?? anyOf?.find((one) => one.enum)?.enum;
  const isClosed = own !== undefined || anyOf?.every((one) => one.enum || ("pattern" in one && one.type === "string"));
  return listed && isClosed ? listed.map(String) : undefined;
}
