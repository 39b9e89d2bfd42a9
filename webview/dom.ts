/**
 * Drawing by description: `element` describes what should be there and `draw` makes it so, reusing the nodes that
 * already are. Focus, scroll and open details survive an update because their elements do. Text is only ever text.
 */

/** A string sets the attribute, true sets it empty, false and null take it away; a function listens. */
export type Property = string | boolean | null | ((event: Event) => void);
export type Properties = Readonly<Record<string, Property>>;

/** An element that should be there. `key` tells siblings of one kind apart. */
export interface Described {
  readonly tag: string;
  readonly key: string | null;
  readonly properties: Properties;
  readonly children: readonly Child[];
}

/** A text, a description, an element made elsewhere (the chart), or nothing. */
export type Child = string | Described | Element | null;

const SVG_TAGS: ReadonlySet<string> = new Set(['svg', 'path', 'circle']);
const SVG_NAMESPACE = 'http://www.w3.org/2000/svg';

/** What was last drawn on each element of ours. */
const drawn = new WeakMap<Node, Described>();

/** Describes an element; the property `key` is its key. */
export function element(tag: string, properties: Properties, ...children: readonly Child[]): Described {
  const { key = null, ...rest } = properties;
  return { tag, key: typeof key === 'string' ? key : null, properties: rest, children };
}

/** Makes the children of `parent` what is described, with as few changes as it takes. */
export function draw(parent: Element, children: readonly Child[]): void {
  const left = new Set<ChildNode>(parent.childNodes);
  const wanted = children.filter((child) => child !== null).map((child) => nodeFor(child, left));
  for (const node of left) node.remove();
  // Nodes that stay in order are not moved, since moving a node takes its focus.
  let next: Node | null = parent.firstChild;
  for (const node of wanted) {
    if (node === next) next = next.nextSibling;
    else parent.insertBefore(node, next);
  }
}

/** The node for a child: one of those left over where it fits, else a new one. */
function nodeFor(child: string | Described | Element, left: Set<ChildNode>): Node {
  if (child instanceof Element) {
    left.delete(child);
    return child;
  }
  for (const node of left) {
    if (!fits(node, child)) continue;
    left.delete(node);
    update(node, child);
    return node;
  }
  const node = create(child);
  update(node, child);
  return node;
}

function fits(node: ChildNode, child: string | Described): boolean {
  if (typeof child === 'string') return node instanceof Text;
  const before = drawn.get(node);
  return before !== undefined && before.tag === child.tag && before.key === child.key;
}

function create(child: string | Described): Node {
  if (typeof child === 'string') return document.createTextNode(child);
  return SVG_TAGS.has(child.tag)
    ? document.createElementNS(SVG_NAMESPACE, child.tag)
    : document.createElement(child.tag);
}

function update(node: Node, child: string | Described): void {
  if (typeof child === 'string') {
    if (node.nodeValue !== child) node.nodeValue = child;
    return;
  }
  if (!(node instanceof Element)) return;
  const before = drawn.get(node)?.properties ?? {};
  for (const name of Object.keys(before)) if (!(name in child.properties)) setProperty(node, name, null);
  for (const [name, value] of Object.entries(child.properties))
    if (before[name] !== value) setProperty(node, name, value);
  drawn.set(node, child);
  draw(node, child.children);
}

function setProperty(target: Element, name: string, value: Property): void {
  if (name.startsWith('on')) Reflect.set(target, name, value);
  else if (value === null || value === false) target.removeAttribute(name);
  else target.setAttribute(name, value === true ? '' : String(value));
}
