import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { documentation, plugins } from "../../api/plugins";
import { Dialog } from "../../components/Dialog";
import { iconOf, shortType } from "../../components/graph/nodeData";
import { Icon } from "../../components/Icon";
import { rich } from "../../i18n/rich";
import { t } from "../../i18n/text";
import { ALL, findTypes, GROUPS } from "./finding";

interface Props {
  kind: "tasks" | "triggers";
  /** Where the task goes, in words. */
  place: string;
  onPick: (type: string) => void;
  onClose: () => void;
}

/** Finds a type by some of its name or of what it does, and shows what it would put into the text. */
export function TaskPicker({ kind, place, onPick, onClose }: Props) {
  const [text, setText] = useState("");
  const [group, setGroup] = useState<string>(ALL);
  const [at, setAt] = useState(0);
  const all = useQuery(plugins).data?.flatMap((plugin) => plugin[kind] ?? []) ?? [];
  const known = all.filter(({ deprecated }) => !deprecated);
  const found = findTypes(known, text, kind === "tasks" ? group : ALL);
  const active = Math.max(0, Math.min(at, found.length - 1));
  const chosen = found[active];
  return (
    <Dialog isOpen onClose={onClose} title={kind === "tasks" ? t("Add a task") : t("Add a trigger")} width={720}>
      <div className="palette__in">
        <Icon name="search" className="muted" />
        <input
          role="combobox"
          aria-label={t("Type")}
          aria-expanded="true"
          aria-controls="picker-list"
          aria-activedescendant={chosen ? `picker-${active}` : undefined}
          placeholder={t("Type, or what it does")}
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setAt(0);
          }}
          onKeyDown={(event) => {
            const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
            if (step) setAt((active + step + found.length) % Math.max(1, found.length));
            else if (event.key === "Enter" && chosen) onPick(chosen.cls);
            else return;
            event.preventDefault();
          }}
        />
        <span className="small muted nowrap num">
          {t("{shown} of {total}", { shown: found.length, total: known.length })}
        </span>
      </div>
      {kind === "tasks" && (
        <div className="pk__f" role="group" aria-label={t("Kind")}>
          {Object.entries(GROUPS).map(([one, { name }]) => (
            <button
              key={one}
              type="button"
              aria-pressed={group === one}
              onClick={() => {
                setGroup(one);
                setAt(0);
              }}
            >
              {name}
            </button>
          ))}
        </div>
      )}
      <div id="picker-list" className="pk__list" role="listbox" aria-label={t("Types")}>
        {found.map(({ cls, title }, index) => (
          <div
            key={cls}
            id={`picker-${index}`}
            ref={(element) => {
              if (index === active) element?.scrollIntoView({ block: "nearest" });
            }}
            className="palette__opt"
            style={{ height: 40 }}
            role="option"
            aria-selected={index === active}
            onMouseMove={() => setAt(index)}
            onClick={() => onPick(cls)}
          >
            <Icon name={iconOf(cls)} />
            <span style={{ minWidth: 0 }}>
              <span className="mono-s strong cut" style={{ display: "block" }}>
                {shortType(cls)}
              </span>
              <span className="small muted cut" style={{ display: "block" }}>
                {title?.replaceAll("``", "")}
              </span>
            </span>
          </div>
        ))}
        {found.length === 0 && (
          <p className="muted" style={{ padding: "8px 16px" }}>
            {t("No type fits “{text}”.", { text })}
          </p>
        )}
      </div>
      {chosen && <Preview type={chosen.cls} place={place} onPick={() => onPick(chosen.cls)} />}
    </Dialog>
  );
}

function Preview({ type, place, onPick }: { type: string; place: string; onPick: () => void }) {
  const schema = useQuery(documentation(type)).data?.schema.properties;
  const needed = (schema?.required ?? []).filter((one) => one !== "id" && one !== "type");
  const name = <code className="mono-s strong">{type}</code>;
  return (
    <div className="pv">
      <p className="small muted">
        {needed.length > 0
          ? rich("{type} needs {names}.", { type: name, names: needed.join(", ") })
          : rich("{type} needs nothing more to be valid.", { type: name })}
      </p>
      <button className="btn btn--primary push" type="button" onClick={onPick}>
        {place}
        <kbd className="kbd">↵</kbd>
      </button>
    </div>
  );
}
