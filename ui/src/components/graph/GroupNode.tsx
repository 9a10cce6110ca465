import { Handle, type NodeProps, Position } from "@xyflow/react";
import { Icon } from "../Icon";
import { lookOf } from "../states";
import { iconOf, MARK_WORDS, type NodeData, problemWord, shortType } from "./nodeData";

/** A task that holds others, with its name as the header of the box. */
export function GroupNode({ data }: NodeProps) {
  const { box, run, problem, mark, isSelected, choose } = data as NodeData;
  const look = run && lookOf(run.state);
  const words = [box.id, shortType(box.type), look?.word, run?.note, problemWord(problem), mark && MARK_WORDS[mark]];
  const marks = `${mark && mark !== "same" ? `node--${mark}` : ""} ${problem === "error" ? "node--error" : ""} ${isSelected ? "group-box--on" : ""}`;
  const header = (
    <>
      <Icon name={box.type ? iconOf(box.type) : "triggers"} small className="muted" />
      <span className="cut">{box.id}</span>
      {mark && mark !== "same" && <span className="push small">{MARK_WORDS[mark]}</span>}
      {run && look && (
        <span className={`state state--s ${look.className} push`}>
          <Icon name={look.glyph} />
          <span className="num">{run.note}</span>
        </span>
      )}
    </>
  );
  return (
    <>
      <Handle type="target" position={Position.Top} id="in" />
      <Handle type="source" position={Position.Bottom} id="inner" style={{ top: 32, bottom: "auto" }} />
      <div className={`group-box ${marks}`}>
        {box.type ? (
          <button
            type="button"
            aria-pressed={isSelected}
            aria-label={words.filter(Boolean).join(", ")}
            onClick={() => choose(box.uid)}
          >
            {header}
          </button>
        ) : (
          <div>{header}</div>
        )}
      </div>
      <Handle type="target" position={Position.Top} id="inner-end" style={{ top: "auto", bottom: 0 }} />
      <Handle type="source" position={Position.Bottom} id="out" />
    </>
  );
}
