/** Finds the string and template literals of a program in JavaScript or TypeScript that are sent to models. */

import type { Message } from '../../../../protocol/messages.ts';
import type { SyntaxNode, Tree } from '../../../grammars/tree.ts';
import type { PromptPart, Span } from '../../prompt-part.ts';
import { asksModel, knownRole, PROMPT_KEYS, roleOfCallee, roleOfKey } from './model-call.ts';

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
      else if (node.name === 'ParenthesizedExpression') waiting.push(...inner(node));
      else if (node.name === 'ArrayExpression') waiting.push(...inner(node).filter(isObjectNode));
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

function inner(node: SyntaxNode): SyntaxNode[] {
  const children: SyntaxNode[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) children.push(child);
  return children;
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
  return list?.name === 'ArgList' ? namesOf(list.parent, text) : null;
}

/** More levels than people nest. */
const MOST_LEVELS = 30;

function enclosingCallee(value: SyntaxNode, text: string): readonly string[] | null {
  let node = value.parent;
  for (let level = 0; node !== null && level < MOST_LEVELS; level += 1, node = node.parent)
    if (node.name === 'ArgList') return namesOf(node.parent, text);
  return null;
}

function namesOf(call: SyntaxNode | null, text: string): readonly string[] | null {
  if (call?.name !== 'CallExpression' && call?.name !== 'NewExpression') return null;
  const first = call.firstChild;
  let node = first?.name === 'new' ? first.nextSibling : first;
  const names: string[] = [];
  for (let level = 0; node && level < MOST_LEVELS; level += 1) {
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

function literalPart(text: string, node: SyntaxNode, role: Role): PromptPart {
  const start = node.from + 1;
  // A literal that is not closed goes to the end of its line or file.
  const closed = node.to - node.from > 1 && text[node.to - 1] === text[node.from];
  const fixed: Span[] = inner(node)
    .filter(({ name }) => name === 'Escape' || name === 'Interpolation')
    // A continued line's end of two units is one escape.
    .map(({ from, to }) => ({ start: from, end: text.startsWith('\\\r\n', from) ? from + 3 : to }));
  return { role, start, end: closed ? node.to - 1 : node.to, fixed, read: readJavascript };
}

const ESCAPE =
  /\$\{[^{}]*\}|\\(?:u\{([\da-fA-F]{1,6})\}|u([\da-fA-F]{4})|x([\da-fA-F]{2})|(\r\n|[\s\S]))|\r\n?/g;
const CONTROL: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  b: '\b',
  f: '\f',
  v: '\v',
  0: '\0',
};

/** A stretch of a literal as the program has it when it runs; `${…}` stays as it is written. ECMA-262, 12.9.4. */
export function readJavascript(written: string): string {
  if (!/[\\\r]/.test(written)) return written;
  return written.replace(ESCAPE, (all, braces?: string, four?: string, two?: string, one?: string) => {
    const code = braces ?? four ?? two;
    if (code !== undefined) {
      const point = Number.parseInt(code, 16);
      return point <= 0x10ffff ? String.fromCodePoint(point) : all;
    }
    if (one === undefined) return all.startsWith('\r') ? '\n' : all;
    return /[\r\n\u2028\u2029]/.test(one) ? '' : (CONTROL[one] ?? one);
  });
}
