import type { DragEvent, ReactNode } from "react";
import { Icon } from "../../../components/Icon";
import { t } from "../../../i18n/text";
import { type BlockList, isInside } from "../../../source/outline";
import { BlockCard } from "./BlockCard";
import type { BlockContext } from "./types";

interface Props extends BlockContext {
  list: BlockList;
  isRoot?: boolean;
  /** What the button at its end says. */
  add: string;
  kind: "tasks" | "triggers";
}

/** Tasks one below the other, with a place for what is dropped between them. */
export function BlockListView({ list, isRoot = false, add, kind, ...context }: Props) {
  const { actions, drag } = context;
  const key = list.path.join("\n");
  const at = drag.target?.list === key ? drag.target.index : undefined;
  // A trigger stays among triggers, and nothing is put into itself.
  const mayTake =
    drag.dragged !== null &&
    (drag.dragged.list[0] === "triggers") === (kind === "triggers") &&
    !isInside(list.path, drag.dragged);
  const over = (event: DragEvent<HTMLElement>): void => {
    if (!mayTake) return;
    event.preventDefault();
    event.stopPropagation();
    const index = indexAt(event.currentTarget, event.clientY);
    if (at !== index) drag.over({ list: key, index });
  };
  const drop = (event: DragEvent<HTMLElement>): void => {
    if (!mayTake) return;
    event.preventDefault();
    event.stopPropagation();
    drag.drop({ list: list.path, index: indexAt(event.currentTarget, event.clientY) });
  };
  const label = isRoot ? t("Tasks") : list.name || t("Tasks in it");
  return (
    <>
      {!isRoot && list.name && <p className="block__list small muted">{list.name}</p>}
      <div className="blocks" onDragOver={over} onDrop={drop} data-list={key}>
        {list.blocks.length > 0 && (
          <ul className="blocks" aria-label={label}>
            {list.blocks.map((block, index) => (
              <li key={block.place.id} data-block="">
                {at === index && <span className="gap" />}
                <BlockCard block={block} renderList={renderNested} {...context} />
              </li>
            ))}
          </ul>
        )}
        {at === list.blocks.length && <span className="gap" />}
        <button
          className="block__add"
          type="button"
          onClick={() => actions.add({ list: list.path, index: list.blocks.length }, kind)}
        >
          <Icon name="plus" />
          {add}
        </button>
      </div>
    </>
  );
}

/** The list of a card that holds others; always the same function, so that a card is drawn again only when it changed. */
function renderNested(list: BlockList, holder: string, context: BlockContext): ReactNode {
  const add = t("Task in {task}", { task: holder });
  return <BlockListView key={list.path.join("\n")} list={list} add={add} kind="tasks" {...context} />;
}

/** Before which of the blocks a height lies. */
function indexAt(element: HTMLElement, y: number): number {
  const blocks = [...(element.querySelector(":scope > ul")?.children ?? [])];
  const found = blocks.findIndex((block) => {
    const { top, height } = block.getBoundingClientRect();
    return y < top + height / 2;
  });
  return found < 0 ? blocks.length : found;
}
