import { type KeyboardEvent, memo, type ReactNode } from "react";
import { iconOf, shortType } from "../../../components/graph/nodeData";
import { Icon } from "../../../components/Icon";
import { lookOf } from "../../../components/states";
import { t } from "../../../i18n/text";
import type { Block, BlockList } from "../../../source/outline";
import { nodeOf } from "../../../source/tasks";
import { WRAPPERS } from "../taskEdits";
import type { BlockContext } from "./types";

interface Props extends BlockContext {
  block: Block;
  /** Draws a list of this one; handed in, since a list draws cards. */
  renderList: (list: BlockList, holder: string, context: BlockContext) => ReactNode;
}

/** One task as a card; a task that holds others has their lists in it. */
export const BlockCard = memo(function BlockCard({ block, renderList, ...context }: Props) {
  const { selected, problems, runs, actions, drag } = context;
  const { place, lists } = block;
  const uid = nodeOf(place);
  const isSelected = uid === selected;
  const problem = problems.get(uid);
  const run = runs?.get(uid);
  const look = run && lookOf(run.state);
  const isGroup = lists.length > 0;
  const words = [
    place.id,
    shortType(place.type),
    place.isDisabled && t("left out"),
    look?.word,
    problem && (problem === "error" ? t("has an error") : t("has a warning")),
  ];
  const marks = [
    isGroup ? "block--group" : "",
    place.isDisabled ? "block--off" : "",
    problem === "error" ? "block--error" : "",
    drag.dragged === place ? "block--moving" : "",
  ].join(" ");
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    const isArrow = event.key === "ArrowUp" || event.key === "ArrowDown";
    if (isArrow && !event.altKey) walk(event.currentTarget, event.key === "ArrowUp" ? -1 : 1);
    else if (event.ctrlKey || event.metaKey || !actions.key(event.key, uid)) return;
    event.preventDefault();
  };
  const head = (
    <>
      <button
        className="block__drag"
        type="button"
        draggable
        tabIndex={-1}
        aria-hidden="true"
        onDragStart={(event) => {
          event.dataTransfer.effectAllowed = "move";
          event.dataTransfer.setData("text/plain", place.id);
          drag.begin(place);
        }}
        onDragEnd={drag.end}
      >
        <Icon name="drag" />
      </button>
      <button
        className="block__main"
        type="button"
        aria-pressed={isSelected}
        aria-label={words.filter(Boolean).join(", ")}
        data-task={place.id}
        onClick={() => actions.select(uid)}
        onKeyDown={onKeyDown}
      >
        <Icon name={iconOf(place.type)} className="muted" />
        <span className="block__text">
          <span className="block__id cut">{place.id}</span>
          <span className="block__sum cut">{place.note || shortType(place.type)}</span>
        </span>
        {run && look && (
          <span className={`block__run state ${look.className}`}>
            <span className="count num">{run.note}</span>
            <Icon name={look.glyph} />
          </span>
        )}
        {problem && (
          <span className={`block__run ${problem === "error" ? "failed" : "warning"}`}>
            <Icon name={problem === "error" ? "s-failed" : "s-warning"} />
          </span>
        )}
      </button>
    </>
  );
  return (
    <div className={`block ${marks}`} aria-current={isSelected ? "true" : undefined}>
      <div className="block__h">{head}</div>
      {isSelected && <Acts block={block} actions={actions} />}
      {lists.map((list) => renderList(list, place.id, context))}
    </div>
  );
});

/** What can be done with the chosen block. */
function Acts({ block: { place }, actions }: Pick<Props, "block" | "actions">) {
  const isTrigger = place.list[0] === "triggers";
  const isItem = typeof place.path.at(-1) === "number";
  return (
    <div className="block__acts">
      {!isTrigger && isItem && (
        <select
          className="select select--s"
          aria-label={t("Put {task} into", { task: place.id })}
          value=""
          onChange={(event) => actions.wrap(place, event.target.value)}
        >
          <option value="">{t("Wrap")}</option>
          {Object.entries(WRAPPERS).map(([one, { name }]) => (
            <option key={one} value={one}>
              {name}
            </option>
          ))}
        </select>
      )}
      <button className="btn btn--ghost btn--s" type="button" onClick={() => actions.toggle(place)}>
        {place.isDisabled ? t("Take in") : t("Leave out")}
      </button>
      <button className="btn btn--ghost btn--s" type="button" onClick={() => actions.duplicate(place)}>
        {t("Duplicate")}
      </button>
      <button className="btn btn--ghost btn--s" type="button" onClick={() => actions.remove(place)}>
        {t("Remove")}
      </button>
    </div>
  );
}

/** Moves the focus to the block above or below, whatever it is nested in. */
function walk(from: HTMLElement, by: -1 | 1): void {
  const all = [...(from.closest(".bl__l")?.querySelectorAll<HTMLElement>(".block__main") ?? [])];
  all[all.indexOf(from) + by]?.focus();
}
