import { Link } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { Icon } from "../../components/Icon";
import { t } from "../../i18n/text";
import { above, type Branch, treeOf } from "./tree";

interface Props {
  names: readonly string[];
  current?: string | undefined;
  /** Opens everything, as while something is looked for. */
  isUnfolded?: boolean;
  /** What stands at the end of the row of a namespace, in place of how many there are below it. */
  beside?: ((id: string) => ReactNode) | undefined;
}

/** All namespaces, each below the one its name begins with. */
export function NamespaceTree({ names, current, isUnfolded = false, beside }: Props) {
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const toggle = (id: string): void => {
    const next = new Set(folded);
    if (!next.delete(id)) next.add(id);
    setFolded(next);
  };
  const lit = new Set(current ? above(current) : []);
  const isOpen = (id: string): boolean => isUnfolded || lit.has(id) || !folded.has(id);
  return (
    <ul className="ntree">
      {treeOf(names).map((branch) => (
        <BranchItem
          key={branch.id}
          branch={branch}
          level={0}
          current={current}
          isOpen={isOpen}
          onToggle={toggle}
          beside={beside}
        />
      ))}
    </ul>
  );
}

interface ItemProps {
  branch: Branch;
  level: number;
  current: string | undefined;
  isOpen: (id: string) => boolean;
  onToggle: (id: string) => void;
  beside: Props["beside"];
}

function BranchItem({ branch, level, current, isOpen, onToggle, beside }: ItemProps) {
  const { id, name, children, size } = branch;
  const isShown = isOpen(id);
  return (
    <li>
      <span className="ti" style={{ "--lv": level }} aria-current={id === current ? "true" : undefined}>
        {children.length > 0 ? (
          <button
            className="twist"
            type="button"
            aria-expanded={isShown}
            aria-label={t("What is below {namespace}", { namespace: id })}
            onClick={() => onToggle(id)}
          >
            <Icon name={isShown ? "down" : "right"} />
          </button>
        ) : (
          <span className="twist" />
        )}
        <Link className="ti__n cut" to="/namespaces/$namespace" params={{ namespace: id }}>
          {name}
        </Link>
        {beside?.(id) ?? (children.length > 0 && <span className="ti__m push num">{size}</span>)}
      </span>
      {isShown && children.length > 0 && (
        <ul>
          {children.map((child) => (
            <BranchItem
              key={child.id}
              branch={child}
              level={level + 1}
              current={current}
              isOpen={isOpen}
              onToggle={onToggle}
              beside={beside}
            />
          ))}
        </ul>
      )}
    </li>
  );
}
