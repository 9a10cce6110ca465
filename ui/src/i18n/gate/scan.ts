/** Finds the texts of a source file: those that a catalogue knows, and those that were left out of it. */
import { parseSync } from "vite";

export interface Found {
  /** Texts that are looked up, each with its forms when it has several. */
  texts: Map<string, string[]>;
  /** What a reader sees and no catalogue knows, as `line: text`. */
  raw: string[];
  /** Look-ups by something else than a text in the code. */
  unclear: string[];
}

interface Node {
  type: string;
  start: number;
  [field: string]: unknown;
}

/** `Refused` keeps its reason as text, which is translated where it is shown. */
const ONE_TEXT = new Set(["t", "rich", "Refused"]);
const SEVERAL_FORMS = new Set(["plural", "richPlural"]);
const LETTER = /\p{L}/u;
/** What begins with a word that has a capital, or is several words: something to be read. */
const READABLE = /^\s*(?:\p{Lu}\p{Ll}+(?:[\s,:.’“(]|$)|[\p{Ll}’]+(?:[,:;]? [\p{Ll}’]+)+[ .:;]*$)/u;
/** Attributes and arguments that are shown or read out. */
const SHOWN = new Set(
  "title aria-label aria-description aria-roledescription aria-valuetext placeholder alt label note what words hint reason action heading empty".split(
    " ",
  ),
);
const TYPES = new Set(["typeAnnotation", "typeArguments", "typeParameters", "returnType", "superTypeArguments"]);
const PASSED_ON = new Set(["ConditionalExpression", "LogicalExpression", "TemplateLiteral", "ParenthesizedExpression"]);

/** `allowed` are strings that look like texts and are none. */
export function scan(path: string, code: string, allowed: ReadonlySet<string>): Found {
  const found: Found = { texts: new Map(), raw: [], unclear: [] };
  const lineOf = (node: Node): number => code.slice(0, node.start).split("\n").length;
  const judge = (node: Node, text: string, isShown: boolean): void => {
    if (!allowed.has(text.trim()) && (isShown ? LETTER : READABLE).test(text))
      found.raw.push(`${lineOf(node)}: ${text.trim()}`);
  };

  /** What is done with a kind of node, where it is more than looking into all of it. */
  const rules = new Map<string, (node: Node, isShown: boolean) => void>([
    ["ImportDeclaration", () => undefined],
    ["TSTypeAliasDeclaration", () => undefined],
    ["TSInterfaceDeclaration", () => undefined],
    ["JSXText", (node) => judge(node, node.value as string, true)],
    ["Literal", (node, isShown) => typeof node.value === "string" && judge(node, node.value, isShown)],
    ["TemplateElement", (node, isShown) => judge(node, (node.value as { cooked: string }).cooked, isShown)],
    ["JSXExpressionContainer", (node, isShown) => visit(node.expression as Node, isShown)],
    ["JSXFragment", (node) => visitAll(node.children, true)],
    ["JSXElement", visitElement],
    ["CallExpression", visitCall],
    ["NewExpression", visitCall],
    ["BinaryExpression", (node) => visitAll([node.left, node.right].filter(isNoLiteral), false)],
    ["SwitchCase", (node) => visitAll(node.consequent, false)],
    ["Property", (node) => visit(node.value as Node, isKey(node.key as Node, "label", "title", "word"))],
    [
      "ConditionalExpression",
      (node, isShown) => {
        visit(node.test as Node, false);
        visitAll([node.consequent, node.alternate], isShown);
      },
    ],
  ]);

  function visit(node: Node, isShown: boolean): void {
    const rule = rules.get(node.type);
    if (rule) {
      rule(node, isShown);
      return;
    }
    const isPassedOn = isShown && PASSED_ON.has(node.type);
    for (const [field, value] of Object.entries(node))
      if (!TYPES.has(field)) visitAll(Array.isArray(value) ? value : [value], isPassedOn);
  }

  function visitAll(nodes: unknown, isShown: boolean): void {
    for (const node of nodes as unknown[])
      if (node && typeof node === "object" && "type" in node) visit(node as Node, isShown);
  }

  function visitElement(node: Node): void {
    const opening = node.openingElement as Node & { attributes: Node[] };
    for (const attribute of opening.attributes) {
      if (attribute.type !== "JSXAttribute") visitAll([attribute.argument], false);
      else {
        const name = nameOf(attribute.name as Node);
        if (attribute.value && name !== "className" && name !== "key") visit(attribute.value as Node, SHOWN.has(name));
      }
    }
    visitAll(node.children, true);
  }

  function visitCall(node: Node): void {
    const args = node.arguments as Node[];
    const name = nameOf(node.callee as Node);
    if (ONE_TEXT.has(name)) take(args[0], (text) => found.texts.set(text, [text]));
    else if (SEVERAL_FORMS.has(name)) takeForms(args[1]);
    const looksUp = ONE_TEXT.has(name) ? 0 : SEVERAL_FORMS.has(name) ? 1 : -1;
    visitAll([node.callee, ...args.filter((_, at) => at !== looksUp)], name === "toast");
  }

  function takeForms(node: Node | undefined): void {
    const forms: string[] = [];
    for (const property of (node?.properties as Node[] | undefined) ?? [])
      take(property.value as Node, (text) => forms.push(text));
    if (forms.length === 2) found.texts.set(forms[1] as string, forms);
    else if (node) found.unclear.push(`${lineOf(node)}: has not the forms one and other`);
  }

  function take(node: Node | undefined, keep: (text: string) => void): void {
    if (node?.type === "Literal" && typeof node.value === "string") keep(node.value);
    else if (node?.type === "TemplateLiteral" && (node.expressions as Node[]).length === 0)
      for (const { value } of node.quasis as Node[]) keep((value as { cooked: string }).cooked);
    else if (node) found.unclear.push(`${lineOf(node)}: is no text`);
  }

  visit(parseSync(path, code).program as unknown as Node, false);
  return found;
}

function nameOf(node: Node): string {
  if (node.type === "JSXNamespacedName") return `${nameOf(node.namespace as Node)}:${nameOf(node.name as Node)}`;
  return typeof node.name === "string" ? node.name : "";
}

function isNoLiteral(node: unknown): boolean {
  return (node as Node).type !== "Literal";
}

function isKey(node: Node, ...names: string[]): boolean {
  return names.includes((node.name ?? node.value) as string);
}
