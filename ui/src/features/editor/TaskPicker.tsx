import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { plugins } from "../../api/plugins";
import { Dialog } from "../../components/Dialog";
import { iconOf, shortType } from "../../components/graph/nodeData";
import { Icon } from "../../components/Icon";

interface Props {
  kind: "tasks" | "triggers";
  onPick: (type: string) => void;
  onClose: () => void;
}

/** Finds a type by some of its name or of what it does. */
export function TaskPicker({ kind, onPick, onClose }: Props) {
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const all = useQuery(plugins).data?.flatMap((plugin) => plugin[kind] ?? []) ?? [];
  const words = text.toLowerCase().split(/\s+/);
  const found = all.filter(
    ({ cls, title, deprecated }) =>
      !deprecated && words.every((word) => `${cls} ${title ?? ""}`.toLowerCase().includes(word)),
  );
  const active = Math.min(at, found.length - 1);
  return (
    <Dialog isOpen onClose={onClose} title={kind === "tasks" ? "Add a task" : "Add a trigger"} width={640}>
      <div className="palette__in">
        <Icon name="search" className="muted" />
        <input
          role="combobox"
          aria-label="Type"
          aria-expanded="true"
          aria-controls="picker-list"
          aria-activedescendant={found[active] ? `picker-${active}` : undefined}
          placeholder="Type, or what it does"
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setAt(0);
          }}
          onKeyDown={(event) => {
            const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
            const chosen = found[active];
            if (step) setAt((active + step + found.length) % Math.max(1, found.length));
            else if (event.key === "Enter" && chosen) onPick(chosen.cls);
            else return;
            event.preventDefault();
          }}
        />
      </div>
      <div
        id="picker-list"
        role="listbox"
        aria-label="Types"
        style={{ overflow: "auto", padding: "4px 0", height: 400 }}
      >
        {found.map(({ cls, title }, index) => (
          <div
            key={cls}
            id={`picker-${index}`}
            ref={(element) => {
              if (index === active) element?.scrollIntoView({ block: "nearest" });
            }}
            className="palette__opt"
            style={{ height: 44 }}
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
            No type fits “{text}”.
          </p>
        )}
      </div>
    </Dialog>
  );
}
