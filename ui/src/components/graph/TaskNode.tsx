import { Handle, type NodeProps, Position } from "@xyflow/react";
import { Icon } from "../Icon";
import { lookOf } from "../states";
import { branchWord, iconOf, MARK_WORDS, type NodeData, problemWord, shortType } from "./nodeData";

/** One task or trigger. */
export function TaskNode({ data }: NodeProps) {
  const { box, run, problem, mark, isSelected, choose } = data as NodeData;
  const look = run && lookOf(run.state);
  const marks = [
    problem === "error" ? "node--error" : problem === "warning" ? "node--warn" : "",
    box.isDisabled ? "node--off" : "",
    look?.className ?? "",
    mark && mark !== "same" ? `node--${mark}` : "",
  ].join(" ");
  const words = [
    box.id,
    branchWord(box.branch),
    shortType(box.type),
    look?.word,
    run?.note,
    problemWord(problem),
    mark && MARK_WORDS[mark],
  ];
  return (
    <>
      <Handle type="target" position={Position.Top} id="in" />
      <button
        className={`node ${marks}`}
        type="button"
        aria-pressed={isSelected}
        aria-label={words.filter(Boolean).join(", ")}
        onClick={() => choose(box.uid)}
      >
        <span className="node__icon">
          <Icon name={iconOf(box.type)} />
        </span>
        <span className="node__id">{box.id}</span>
        {look && (
          <span className={`node__run state ${look.className}`}>
            <Icon name={look.glyph} />
          </span>
        )}
        <span className="node__type">{[branchWord(box.branch), shortType(box.type)].filter(Boolean).join(", ")}</span>
        {run && <span className="node__time">{run.note}</span>}
        {mark && mark !== "same" && <span className="node__time">{MARK_WORDS[mark]}</span>}
      </button>
      <Handle type="source" position={Position.Bottom} id="out" />
    </>
  );
}
