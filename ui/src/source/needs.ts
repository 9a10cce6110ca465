/** What the expressions of a text look at, so that somebody can be asked for it. */

export interface Needs {
  /** Ids of inputs. */
  inputs: string[];
  /** Other root names, each with a map as deep as it is looked into, to be filled in. */
  variables: Record<string, Tree>;
}

export interface Tree {
  [name: string]: Tree | "";
}

const EXPRESSION = /\{\{(.*?)\}\}|\{%(.*?)%\}/gs;
const TEXT = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g;
const PLACE =
  /(?<![\w.'"\]])(inputs|outputs|trigger|taskrun|item|parent)((?:\.[A-Za-z_][\w-]*|\[(?:'[^']*'|"[^"]*")\])+)(?![\w(])/g;
const STEP = /\.([A-Za-z_][\w-]*)|\[(?:'([^']*)'|"([^"]*)")\]/g;
/** What a task run knows of itself even when it is tried alone. */
const GIVEN = new Set(["taskrun.id", "taskrun.startDate", "taskrun.attemptsCount"]);

/** Tells what must be there for the expressions of a text to have values. */
export function needsOf(text: string): Needs {
  const inputs = new Set<string>();
  const variables: Record<string, Tree> = {};
  for (const [, shown = "", done = ""] of text.matchAll(EXPRESSION)) {
    for (const [, root = "", path = ""] of withoutTexts(shown || done).matchAll(PLACE)) {
      const steps = [...path.matchAll(STEP)].map(([, plain, single, double]) => plain ?? single ?? double ?? "");
      if (root === "inputs") inputs.add(steps[0] ?? "");
      else if (!GIVEN.has(`${root}.${steps[0]}`)) plant(variables, [root, ...steps]);
    }
  }
  return { inputs: [...inputs], variables };
}

/** Quoted texts are no places, those in brackets are steps of one. */
function withoutTexts(expression: string): string {
  return expression.replace(TEXT, (text, at: number) => (expression[at - 1] === "[" ? text : '""'));
}

function plant(tree: Record<string, Tree | "">, [name = "", ...rest]: string[]): void {
  const inner = tree[name];
  if (rest.length === 0) {
    tree[name] ??= "";
    return;
  }
  const below: Tree = inner === undefined || inner === "" ? {} : inner;
  tree[name] = below;
  plant(below, rest);
}
