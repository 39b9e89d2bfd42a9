/** Finds the string and template literals of a program in JavaScript or TypeScript that are sent to models. */
import type { Message } from '../../../../protocol/messages.ts';
import type { SyntaxNode, Tree } from '../../../grammars/tree.ts';
import type { PromptPart, Span } from '../../prompt-part.ts';
import { readJavascriptString } from './javascript-string.ts';
import { asksModel, knownRole, PROMPT_KEYS, roleOfCallee, roleOfKey } from './model-call.ts';
import { calleeNames, childrenOf, enclosingCallee } from './syntax.ts';

type Role = Message['role'];

/** The literals of `tree`, which was parsed from `text`; one that is used twice is there twice. */
export function javascriptLiterals(text: string, tree: Tree): readonly PromptPart[] {
  const written = (node: SyntaxNode): string => text.slice(node.from, node.to);
  const constants = constantsOf(text, tree);
  const roles = new Map<number, Role | 'unknown' | null>();
  const found: PromptPart[] = [];

  const collect = (value: SyntaxNode | null, role: Role) => {
    const waiting = value === null ? [] : [value];
    const followed = new Set<string>();
    for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
      if (node.name === 'String' || node.name === 'TemplateString') found.push(literalPart(text, node, role));
      else if (node.name === 'BinaryExpression') waiting.push(...operands(node));
      else if (node.name === 'ParenthesizedExpression') waiting.push(...childrenOf(node));
      else if (node.name === 'ArrayExpression') waiting.push(...childrenOf(node).filter(isObjectNode));
      else if (node.name === 'ObjectExpression') waiting.push(...valuesOf(node, 'text', text));
      else if (node.name === 'VariableName' && !followed.has(written(node))) {
        followed.add(written(node));
        const constant = constants.get(written(node));
        if (constant) waiting.push(constant);
      }
    }
  };

  const siblingRole = (object: SyntaxNode): Role | 'unknown' | null => {
    const known = roles.get(object.from);
    if (known !== undefined) return known;
    const property = propertyOf(object, 'role', text);
    const value = property === null ? null : valueOfProperty(property);
    const literal = value?.name === 'String' ? knownRole(written(value).slice(1, -1)) : 'unknown';
    // A shorthand has no value of its own.
    const role = property === null ? null : literal;
    roles.set(object.from, role);
    return role;
  };

  tree.iterate({
    enter({ name, node }) {
      if (name !== 'Property') return;
      const key = keyOf(node, text);
      const object = node.parent;
      if (key === null || !PROMPT_KEYS.has(key) || object?.name !== 'ObjectExpression') return;
      const role = key === 'content' ? siblingRole(object) : null;
      if (role !== null && role !== 'unknown') return collect(valueOfProperty(node), role);
      const callee = role === 'unknown' ? enclosingCallee(object, text) : calleeOf(object, text);
      if (callee !== null && asksModel(callee))
        collect(valueOfProperty(node), roleOfCallee(callee) ?? roleOfKey(key));
    },
  });
  return found;
}

/** Names that are declared once, as constants of a literal. */
function constantsOf(text: string, tree: Tree): ReadonlyMap<string, SyntaxNode | null> {
  const found = new Map<string, SyntaxNode | null>();
  tree.iterate({
    enter({ name, node }) {
      if (name !== 'VariableDefinition') return;
      const declared = text.slice(node.from, node.to);
      const isConstant = node.parent?.firstChild?.name === 'const';
      let value = node.nextSibling;
      if (value?.name === 'TypeAnnotation') value = value.nextSibling;
      const own = isConstant && value?.name === 'Equals' ? value.nextSibling : null;
      // What is declared again elsewhere may be another one.
      found.set(declared, found.has(declared) ? null : own);
    },
  });
  return found;
}

const isObjectNode = ({ name }: SyntaxNode): boolean => name === 'ObjectExpression';

/** Both sides of a "+", and what is before `as` or `satisfies`. */
function operands(node: SyntaxNode): readonly SyntaxNode[] {
  const left = node.firstChild;
  const operator = left?.nextSibling ?? null;
  if (left === null || operator === null) return [];
  if (operator.name === 'as' || operator.name === 'satisfies') return [left];
  const right = operator.nextSibling;
  return operator.name === 'ArithOp' && operator.to - operator.from === 1 && right !== null
    ? [left, right]
    : [];
}

function valuesOf(object: SyntaxNode, key: string, text: string): readonly SyntaxNode[] {
  const property = propertyOf(object, key, text);
  const value = property === null ? null : valueOfProperty(property);
  return value === null ? [] : [value];
}

const propertyOf = (object: SyntaxNode, key: string, text: string): SyntaxNode | null =>
  object.getChildren('Property').find((one) => keyOf(one, text) === key) ?? null;

function keyOf(property: SyntaxNode, text: string): string | null {
  const key = property.firstChild;
  if (key?.name === 'PropertyDefinition') return text.slice(key.from, key.to);
  return key?.name === 'String' ? text.slice(key.from + 1, key.to - 1) : null;
}

const valueOfProperty = (property: SyntaxNode): SyntaxNode | null =>
  property.getChild(':')?.nextSibling ?? null;

/** The names of what is called with a value as its argument; null where it is none. */
function calleeOf(value: SyntaxNode, text: string): readonly string[] | null {
  let node = value;
  while (node.parent?.name === 'ParenthesizedExpression' || node.parent?.name === 'BinaryExpression') {
    if (node.parent.firstChild?.from !== node.from && node.parent.name === 'BinaryExpression') return null;
    node = node.parent;
  }
  const list = node.parent;
  return list?.name === 'ArgList' ? calleeNames(list.parent, text) : null;
}

function literalPart(text: string, node: SyntaxNode, role: Role): PromptPart {
  const start = node.from + 1;
  // A literal that is not closed goes to the end of its line or file.
  const closed = node.to - node.from > 1 && text[node.to - 1] === text[node.from];
  const fixed: Span[] = childrenOf(node)
    .filter(({ name }) => name === 'Escape' || name === 'Interpolation')
    // A continued line's end of two units is one escape.
    .map(({ from, to }) => ({ start: from, end: text.startsWith('\\\r\n', from) ? from + 3 : to }));
  return { role, start, end: closed ? node.to - 1 : node.to, fixed, read: readJavascriptString };
}
