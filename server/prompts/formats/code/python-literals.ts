/** Finds the string literals of a program in Python that are sent to models. */
import type { Message } from '../../../../protocol/messages.ts';
import type { SyntaxNode, Tree } from '../../../grammars/tree.ts';
import type { PromptPart, Span } from '../../prompt-part.ts';
import { asksModel, knownRole, PROMPT_KEYS, roleOfCallee, roleOfKey } from './model-call.ts';
import { pythonReader } from './python-string.ts';
import { calleeNames, childrenOf, enclosingCallee } from './syntax.ts';

type Role = Message['role'];

/** The literals of `tree`, which was parsed from `text`; one that is used twice is there twice. */
export function pythonLiterals(text: string, tree: Tree): readonly PromptPart[] {
  const written = (node: SyntaxNode): string => text.slice(node.from, node.to);
  const constants = constantsOf(text, tree);
  const found: PromptPart[] = [];

  const collect = (value: SyntaxNode, role: Role) => {
    const waiting: { readonly node: SyntaxNode; readonly formatted: boolean }[] = [
      { node: value, formatted: false },
    ];
    const followed = new Set<string>();
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const { node, formatted } = next;
      const add = (nodes: readonly SyntaxNode[], isFormatted = formatted) =>
        waiting.push(...nodes.map((one) => ({ node: one, formatted: isFormatted })));
      if (node.name === 'String' || node.name === 'FormatString') {
        const part = literalPart(text, node, role, formatted);
        if (part !== null) found.push(part);
      } else if (node.name === 'ContinuedString' || node.name === 'ParenthesizedExpression')
        add(childrenOf(node));
      else if (node.name === 'BinaryExpression') add(operands(node, written));
      else if (node.name === 'CallExpression') add(formattedText(node, written), true);
      else if (node.name === 'ArrayExpression')
        add(childrenOf(node).filter(({ name }) => name === 'DictionaryExpression'));
      else if (node.name === 'DictionaryExpression')
        add(pairsOf(node, text).flatMap((pair) => (pair.key === 'text' ? [pair.value] : [])));
      else if (node.name === 'VariableName' && !followed.has(written(node))) {
        followed.add(written(node));
        const constant = constants.get(written(node));
        if (constant) add([constant]);
      }
    }
  };

  tree.iterate({
    enter({ name, node }) {
      if (name !== 'ArgList' && name !== 'DictionaryExpression') return;
      const pairs = pairsOf(node, text);
      const prompts = pairs.filter(({ key }) => PROMPT_KEYS.has(key));
      if (prompts.length === 0) return;
      const said = pairs.find(({ key }) => key === 'role')?.value;
      const role =
        said === undefined ? null : said.name === 'String' ? knownRole(unquoted(written(said))) : 'unknown';
      const list = name === 'ArgList' ? node : node.parent?.name === 'ArgList' ? node.parent : null;
      const callee =
        role === 'unknown' ? enclosingCallee(node, text) : calleeNames(list?.parent ?? null, text);
      const asks = callee !== null && asksModel(callee);
      for (const { key, value } of prompts) {
        if (key === 'content' && role !== null && role !== 'unknown') collect(value, role);
        else if (asks) collect(value, roleOfCallee(callee) ?? roleOfKey(key));
      }
    },
  });
  return found;
}

interface Pair {
  readonly key: string;
  readonly value: SyntaxNode;
}

/** Keyword arguments of a call, and the entries of a dictionary whose keys are texts. */
function pairsOf(node: SyntaxNode, text: string): readonly Pair[] {
  const pairs: Pair[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) {
    const mark = child.nextSibling;
    const value = mark?.nextSibling;
    if (!mark || !value) break;
    const own = text.slice(child.from, child.to);
    if (child.name === 'VariableName' && mark.name === 'AssignOp') pairs.push({ key: own, value });
    else if (child.name === 'String' && mark.name === ':') pairs.push({ key: unquoted(own), value });
  }
  return pairs;
}

const unquoted = (written: string): string => written.replace(/^["']|["']$/g, '');

/** Names that are assigned once, a literal. */
function constantsOf(text: string, tree: Tree): ReadonlyMap<string, SyntaxNode | null> {
  const found = new Map<string, SyntaxNode | null>();
  const note = (node: SyntaxNode, value: SyntaxNode | null) => {
    const name = text.slice(node.from, node.to);
    found.set(name, found.has(name) ? null : value);
  };
  tree.iterate({
    enter({ name, node }) {
      if (name === 'AssignStatement') {
        const targets = node.getChildren('VariableName');
        const equals = node.getChildren('AssignOp');
        const first = node.firstChild;
        const isOne =
          equals.length === 1 && first?.name === 'VariableName' && first.nextSibling?.name !== ',';
        if (isOne) note(first, equals[0]?.nextSibling ?? null);
        else for (const target of targets) note(target, null);
      } else if (name === 'UpdateStatement' || name === 'ParamList') {
        for (const target of node.getChildren('VariableName')) note(target, null);
      }
    },
  });
  return found;
}

/** Both sides of a "+". */
function operands(node: SyntaxNode, written: (node: SyntaxNode) => string): readonly SyntaxNode[] {
  const [left, operator, right] = childrenOf(node);
  return left && operator && right && written(operator) === '+' ? [left, right] : [];
}

/** The text of `"…".format(…)`. */
function formattedText(node: SyntaxNode, written: (node: SyntaxNode) => string): readonly SyntaxNode[] {
  const callee = node.firstChild;
  const property = callee?.getChild('PropertyName');
  const text = callee?.firstChild;
  return callee?.name === 'MemberExpression' && text && property && written(property) === 'format'
    ? [text]
    : [];
}

function literalPart(text: string, node: SyntaxNode, role: Role, formatted: boolean): PromptPart | null {
  const written = text.slice(node.from, node.to);
  const [, prefix = '', quote = ''] = /^([a-z]{0,2})("""|'''|"|')/i.exec(written) ?? [];
  if (quote === '' || /b/i.test(prefix)) return null;
  const start = node.from + prefix.length + quote.length;
  const closed = written.length >= prefix.length + 2 * quote.length && written.endsWith(quote);
  const end = closed ? node.to - quote.length : node.to;
  const reader = pythonReader({ raw: /r/i.test(prefix), fields: formatted || /[ft]/i.test(prefix) });
  const replaced: readonly Span[] = node
    .getChildren('FormatReplacement')
    .map((one) => ({ start: one.from, end: one.to }));
  const fixed = [...replaced];
  let at = start;
  // Between the replacements only, whose expressions may have braces and escapes of their own.
  for (const gap of [...replaced, { start: end, end }]) {
    if (gap.start > at) fixed.push(...reader.fixed(text.slice(at, gap.start), at));
    at = Math.max(at, gap.end);
  }
  return { role, start, end, fixed: fixed.sort((a, b) => a.start - b.start), read: reader.read };
}
