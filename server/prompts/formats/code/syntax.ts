/** What the trees of programs have in common: children, and what is called with a value as its argument. */
import type { SyntaxNode } from '../../../grammars/tree.ts';

/** The children of a node, in their order. */
export function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const children: SyntaxNode[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) children.push(child);
  return children;
}

/** More levels than people nest. */
const MOST_LEVELS = 30;

/** The names of the nearest call in whose arguments a value is, however deep; null where it is in none. */
export function enclosingCallee(value: SyntaxNode, text: string): readonly string[] | null {
  let node = value.parent;
  for (let level = 0; node !== null && level < MOST_LEVELS; level += 1, node = node.parent)
    if (node.name === 'ArgList') return calleeNames(node.parent, text);
  return null;
}

/** The names of what a call calls, such as ["client", "messages", "create"]; null for what is no call. */
export function calleeNames(call: SyntaxNode | null, text: string): readonly string[] | null {
  if (call?.name !== 'CallExpression' && call?.name !== 'NewExpression') return null;
  const first = call.firstChild;
  let node = first?.name === 'new' ? first.nextSibling : first;
  const names: string[] = [];
  for (let level = 0; node && level < MOST_LEVELS; level += 1) {
    // Only JavaScript has `new` and type arguments.
    if (node.name === 'InstantiationExpression' || node.name === 'CallExpression') node = node.firstChild;
    else if (node.name === 'MemberExpression') {
      const property = node.getChild('PropertyName');
      if (property !== null) names.unshift(text.slice(property.from, property.to));
      node = node.firstChild;
    } else {
      if (node.name === 'VariableName') names.unshift(text.slice(node.from, node.to));
      break;
    }
  }
  return names;
}
