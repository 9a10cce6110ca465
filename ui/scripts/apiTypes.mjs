// Writes the types of what the server answers, from the shapes its description of the interface is made of.
// With --check it only tells whether the file is what would be written.
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

const SHAPES = new URL("../../src/tiercel/api/openapi/", import.meta.url).pathname;
const OUT = new URL("../src/api/schema.ts", import.meta.url).pathname;
const HEAD = `// Written by \`npm run api-types\` from src/tiercel/api/openapi; do not edit.

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };
`;
const PLAIN = { string: "string", integer: "number", number: "number", boolean: "boolean", null: "null" };

/** A schema as a type. */
function typeOf(schema) {
  if (schema.$ref) return schema.$ref.split("/").at(-1);
  if ("const" in schema) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((one) => JSON.stringify(one)).join(" | ");
  if (schema.allOf) return schema.allOf.map(typeOf).join(" & ");
  const choices = schema.oneOf ?? schema.anyOf;
  if (choices) return choices.map(typeOf).join(" | ");
  if (Array.isArray(schema.type)) return schema.type.map((type) => typeOf({ ...schema, type })).join(" | ");
  if (schema.type === "array") return schema.items ? `(${typeOf(schema.items)})[]` : "Json[]";
  if (schema.type === "object" || schema.properties) return objectOf(schema);
  return PLAIN[schema.type] ?? "Json";
}

function objectOf({ properties, required = [], additionalProperties }) {
  if (!properties) {
    return typeof additionalProperties === "object"
      ? `{ [key: string]: ${typeOf(additionalProperties)} }`
      : "JsonObject";
  }
  const members = Object.entries(properties).map(([name, schema]) => {
    const key = /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
    return `${comment(schema)}${key}${required.includes(name) ? "" : "?"}: ${typeOf(schema)};`;
  });
  return `{\n${members.join("\n")}\n}`;
}

const comment = ({ description }) => (description ? `/** ${description} */\n` : "");

const files = readdirSync(SHAPES).filter((name) => /^components.*\.yaml$/.test(name));
const schemas = Object.assign({}, ...files.sort().map((name) => parse(readFileSync(join(SHAPES, name), "utf8"))));
const types = Object.entries(schemas).map(([name, schema]) => {
  const type = typeOf(schema);
  const isPlain = type.startsWith("{\n") && type.endsWith("\n}");
  return `${comment(schema)}${isPlain ? `export interface ${name} ${type}` : `export type ${name} = ${type};`}`;
});
const format = ["--no-install", "biome", "format", "--stdin-file-path=src/api/schema.ts"];
const { stdout, status, stderr } = spawnSync("npx", format, { input: [HEAD, ...types].join("\n\n"), encoding: "utf8" });
if (status !== 0) throw new Error(stderr);
if (!process.argv.includes("--check")) writeFileSync(OUT, stdout);
else if (readFileSync(OUT, "utf8") !== stdout) {
  console.error("src/api/schema.ts is not what the server describes: npm run api-types");
  process.exit(1);
}
