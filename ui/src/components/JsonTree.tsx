import { useState } from "react";
import type { Json } from "../api/types";
import { plural, t } from "../i18n/text";
import { Icon } from "./Icon";

const MOST = 100;

interface Props {
  value: Json;
  /** Called with the path of a value that is pointed at, such as `outputs.load.uri`. */
  onPick?: ((path: string) => void) | undefined;
  path?: string;
  /** Called with the address of a stored file that is to be looked at. */
  onFile?: ((uri: string) => void) | undefined;
}

const FILE = /^(kestra|tiercel):\/\/\//;

/** A value as a tree; what is deep or long opens on demand. */
export function JsonTree({ value, onPick, path = "", onFile }: Props) {
  return (
    <ul className="tree-json" role={path ? "group" : undefined}>
      <Entries value={value} depth={0} path={path} onPick={onPick} onFile={onFile} />
    </ul>
  );
}

function Entries({
  value,
  depth,
  path,
  onPick,
  onFile,
}: {
  value: Json;
  depth: number;
  path: string;
  onPick: Props["onPick"];
  onFile: Props["onFile"];
}) {
  const [isAll, setAll] = useState(false);
  const entries = Array.isArray(value)
    ? value.map((item, index): [string, Json] => [String(index), item])
    : typeof value === "object" && value !== null
      ? Object.entries(value)
      : [["value", value] as [string, Json]];
  const shown = isAll ? entries : entries.slice(0, MOST);
  return (
    <>
      {shown.map(([key, item]) => (
        <Entry
          key={key}
          name={key}
          value={item}
          depth={depth}
          path={join(path, key, Array.isArray(value))}
          onPick={onPick}
          onFile={onFile}
        />
      ))}
      {shown.length < entries.length && (
        <li>
          <button className="link small" type="button" onClick={() => setAll(true)}>
            {plural(entries.length - shown.length, { one: "{count} more", other: "{count} more" })}
          </button>
        </li>
      )}
    </>
  );
}

interface EntryProps {
  name: string;
  value: Json;
  depth: number;
  path: string;
  onPick: Props["onPick"];
  onFile: Props["onFile"];
}

function Entry({ name, value, depth, path, onPick, onFile }: EntryProps) {
  const [isOpen, setOpen] = useState(depth < 1);
  const isBranch = typeof value === "object" && value !== null;
  const label = onPick ? (
    <button
      type="button"
      className="ti__n med"
      title={t("Use {expression}", { expression: `{{ ${path} }}` })}
      onClick={() => onPick(path)}
    >
      {name}
    </button>
  ) : (
    <span className="ti__n med">{name}</span>
  );
  return (
    <li style={{ "--lv": depth }}>
      <span className="tree-json__row">
        {isBranch ? (
          <button
            className="twist"
            type="button"
            aria-expanded={isOpen}
            aria-label={name}
            onClick={() => setOpen(!isOpen)}
          >
            <Icon name={isOpen ? "down" : "right"} />
          </button>
        ) : (
          <span className="twist" />
        )}
        {label}
        {isBranch ? (
          <span className="ti__m">
            {Array.isArray(value)
              ? plural(value.length, { one: "{count} item", other: "{count} items" })
              : plural(Object.keys(value).length, { one: "{count} key", other: "{count} keys" })}
          </span>
        ) : (
          <code className={`mono-s ${typeof value === "string" ? "" : "lit"}`}>
            {value === null ? "null" : String(value)}
          </code>
        )}
        {onFile && typeof value === "string" && FILE.test(value) && (
          <button className="btn btn--s" type="button" onClick={() => onFile(value)}>
            {t("Preview")}
          </button>
        )}
      </span>
      {isBranch && isOpen && (
        <ul>
          <Entries value={value} depth={depth + 1} path={path} onPick={onPick} onFile={onFile} />
        </ul>
      )}
    </li>
  );
}

function join(path: string, key: string, isIndex: boolean): string {
  if (isIndex) return `${path}[${key}]`;
  if (!/^[A-Za-z_]\w*$/.test(key)) return `${path}['${key}']`;
  return path ? `${path}.${key}` : key;
}
