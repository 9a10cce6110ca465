import { BaseEdge, EdgeLabelRenderer, type EdgeProps, getSmoothStepPath } from "@xyflow/react";
import { t } from "../../i18n/text";
import { Icon } from "../Icon";

interface EdgeData extends Record<string, unknown> {
  isError: boolean;
  label: string | undefined;
  add: (() => void) | undefined;
}

/** How one task follows another, with the case it stands for and the button that puts a task between them. */
export function FlowEdge({ id, source, data, ...ends }: EdgeProps) {
  const { isError, label, add } = data as EdgeData;
  const { sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition } = ends;
  const shape = { sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition, borderRadius: 8, offset: 8 };
  const [path] = getSmoothStepPath(shape);
  return (
    <>
      <BaseEdge id={id} path={path} className={`edge ${isError ? "edge--error" : ""}`} />
      <EdgeLabelRenderer>
        {label !== undefined && (
          <span className="edge-label" style={{ transform: at(targetX, targetY - 13) }}>
            {label}
          </span>
        )}
        {add && (
          <button
            className="edge-add nodrag nopan"
            type="button"
            aria-label={t("Add a task after {task}", { task: source.split(".").at(-1) ?? source })}
            style={{ transform: at(sourceX, sourceY + 16) }}
            onClick={add}
          >
            <Icon name="plus" />
          </button>
        )}
      </EdgeLabelRenderer>
    </>
  );
}

function at(x: number, y: number): string {
  return `translate(-50%, -50%) translate(${x}px, ${y}px)`;
}
