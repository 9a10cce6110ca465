/** Namespaces as a tree: `shop.analytics` is below `shop`, which is there even when nothing is in it. */

export interface Branch {
  id: string;
  name: string;
  children: Branch[];
  /** How many namespaces that hold something are at it and below. */
  size: number;
}

export function treeOf(names: readonly string[]): Branch[] {
  const roots: Branch[] = [];
  const known = new Map<string, Branch>();
  const branchOf = (id: string): Branch => {
    const found = known.get(id);
    if (found) return found;
    const parent = parentOf(id);
    const made: Branch = { id, name: id.slice(parent ? parent.length + 1 : 0), children: [], size: 0 };
    known.set(id, made);
    (parent ? branchOf(parent).children : roots).push(made);
    return made;
  };
  for (const id of [...names].toSorted()) {
    branchOf(id);
    for (let at: string | null = id; at; at = parentOf(at)) (known.get(at) as Branch).size += 1;
  }
  return roots;
}

/** The namespaces above one, the outermost first. */
export function above(id: string): string[] {
  const parent = parentOf(id);
  return parent ? [...above(parent), parent] : [];
}

function parentOf(id: string): string | null {
  const at = id.lastIndexOf(".");
  return at > 0 ? id.slice(0, at) : null;
}
