import type { Schema } from "../../../api/plugins";
import type { Spot } from "../../../source/cursor";
import type { TaskPlace } from "../../../source/tasks";

/** The JSON Schema of a whole flow; types of tasks are among its definitions, by name. */
export interface FlowSchema extends Schema {
  definitions?: Record<string, Schema>;
}

/** Every shape that the map or list around a place may have; by its type, where that is written. */
export function shapesAt(schema: FlowSchema, spot: Spot, places: readonly TaskPlace[], offset: number): Schema[] {
  const place = placeOf(spot.keys, places, offset);
  const below = place ? spot.keys.slice(keysOf(place).length) : spot.keys;
  const known = place && typeOf(schema, place.type);
  // Of the task itself what is written beside the place counts; the list of tasks may be older than the text.
  const start = below.length > 0 && known ? [known] : undefined;
  const keys = start ? below : spot.keys;
  let shapes = start ?? [schema];
  for (const key of keys) shapes = shapes.flatMap((shape) => propertyOf(schema, shape, key));
  const type = spot.siblings.get("type");
  const all = shapes.flatMap((shape) => expand(schema, shape));
  const fitting = type === undefined ? [] : all.filter((shape) => isOfType(shape, type));
  return fitting.length > 0 ? fitting : all;
}

/** The shapes of one property among those of its map. */
export function valuesOf(schema: FlowSchema, shapes: readonly Schema[], key: string): Schema[] {
  return shapes.flatMap((shape) => propertyOf(schema, shape, key)).flatMap((shape) => expand(schema, shape));
}

/** Everything that may be written for a value, as far as it can be listed. */
export function choicesOf(shapes: readonly Schema[]): string[] {
  const found = shapes.flatMap(({ enum: values, const: value, type }) => [
    ...(values ?? []),
    ...(value === undefined ? [] : [value]),
    ...(type === "boolean" ? [true, false] : []),
  ]);
  return [...new Set(found.map(String))];
}

/** The task a place is in, or the last one above it whose list goes on there. */
function placeOf(keys: readonly string[], places: readonly TaskPlace[], offset: number): TaskPlace | undefined {
  return places.findLast(
    (place) => place.from <= offset && keysOf(place).every((key, index) => keys[index] === key) && place.type !== "",
  );
}

function keysOf(place: TaskPlace): string[] {
  return place.path.filter((step): step is string => typeof step === "string");
}

function typeOf(schema: FlowSchema, type: string): Schema | undefined {
  return schema.definitions?.[type] ?? aliasOf(schema, type);
}

function aliasOf(schema: FlowSchema, type: string): Schema | undefined {
  return Object.values(schema.definitions ?? {}).find((one) => one.properties?.type?.enum?.includes(type));
}

function propertyOf(schema: FlowSchema, shape: Schema, key: string): Schema[] {
  return expand(schema, shape).flatMap(({ properties, additionalProperties }) => {
    const own = properties?.[key];
    if (own) return [own];
    return typeof additionalProperties === "object" ? [additionalProperties] : [];
  });
}

/** A shape without references and choices; a list stands for what is in it. */
function expand(schema: FlowSchema, shape: Schema, depth = 0): Schema[] {
  if (depth > 8) return [];
  if (shape.$ref) {
    const target = schema.definitions?.[shape.$ref.replace("#/definitions/", "")];
    return target ? expand(schema, target, depth + 1) : [];
  }
  const options = [...(shape.anyOf ?? []), ...(shape.oneOf ?? [])];
  if (options.length > 0) return options.flatMap((one) => expand(schema, one, depth + 1));
  if (shape.items) return expand(schema, shape.items, depth + 1);
  return [shape];
}

function isOfType(shape: Schema, type: string): boolean {
  const own = shape.properties?.type;
  return own !== undefined && (own.const === type || (own.enum?.includes(type) ?? false));
}
