/** Where the blocks of a passage are: a walk over the Markdown tree that gives a flat list. */
import { type MarkdownCursor, markdownBlocks } from '../../grammars/markdown.ts';
import type { Span } from '../prompt-part.ts';
import { joinData } from './join-data.ts';
import type { Block, BlockKind } from './prompt-text.ts';

/** A block with the prose in it: without list marks, heading marks and fences. */
export interface ReadBlock extends Block {
  readonly content: Span;
}

/** What the walk over one text finds. */
export interface BlockTree {
  /** In their order, without overlaps. */
  readonly blocks: readonly ReadBlock[];
  /** Code within blocks, in order. */
  readonly inlineCode: readonly Span[];
}

interface Surroundings {
  /** Where the list item begins whose first paragraph comes next; null when it has come. */
  itemStart: number | null;
  readonly listDepth: number;
  readonly quoted: boolean;
}

const DATA_LANGUAGES = new Set(['json', 'jsonc', 'json5', 'jsonl', 'ndjson', 'yaml', 'yml', 'csv', 'tsv']);
const LEAVES: Readonly<Record<string, BlockKind>> = {
  Table: 'table',
  HorizontalRule: 'rule',
  CommentBlock: 'comment',
  CodeBlock: 'code',
  LinkReference: 'paragraph',
  ProcessingInstructionBlock: 'html',
};
/** Elements of HTML that hold markup; any other tag on a line of its own only frames Markdown, as prompts do. */
const HTML_ELEMENTS =
  /^<\/?(?:address|article|aside|audio|body|button|canvas|center|details|div|dl|dt|dd|fieldset|figure|footer|form|head|header|html|iframe|img|li|link|main|meta|nav|ol|option|p|picture|pre|script|section|select|span|style|summary|svg|table|tbody|td|textarea|th|thead|tr|ul|video|a|b|i|em|strong|br|hr|h[1-6])\b/i;
const TAG_LINE = /^[ \t]*<\/?[A-Za-z_][\w.:-]*(?:[ \t][^<>\n]{0,200})?\/?>[ \t]*\r?$/gm;
/** Frames within frames are read this deep. */
const DEEPEST_FRAME = 8;
/** Quotes and lists within each other are told apart this deep; what is deeper is one block. */
const DEEPEST_NESTING = 100;

/** Reads the blocks of `text`. Linear in its length. */
export function readBlocks(text: string): BlockTree {
  const blocks: ReadBlock[] = [];
  const inlineCode: Span[] = [];
  walkText(text, 0, 0, blocks, inlineCode);
  return { blocks: joinData(text, blocks), inlineCode };
}

function walkText(
  text: string,
  offset: number,
  frame: number,
  blocks: ReadBlock[],
  inlineCode: Span[],
): void {
  function add(kind: BlockKind, node: MarkdownCursor, extra: Partial<ReadBlock> = {}): void {
    const start = node.from + offset;
    const end = node.to + offset;
    blocks.push({ kind, start, end, language: '', level: 0, content: { start, end }, ...extra });
  }

  function prose(cursor: MarkdownCursor, around: Surroundings): void {
    const { itemStart } = around;
    let start = cursor.from;
    let kind: BlockKind = around.quoted ? 'quote' : 'paragraph';
    let level = 0;
    let blockStart = start;
    if (itemStart !== null) {
      around.itemStart = null;
      kind = 'listItem';
      level = around.listDepth;
      blockStart = itemStart;
      if (cursor.name === 'Task') start += 3;
    }
    // Tags on lines of their own frame what is between them; Markdown takes them for a part of the paragraph.
    const written = text.slice(start, cursor.to);
    let at = 0;
    for (const tag of written.includes('<') ? written.matchAll(TAG_LINE) : []) {
      const tagStart = tag.index + (/^[ \t]*/.exec(tag[0])?.[0].length ?? 0);
      piece(at, tag.index - 1);
      push('html', start + tagStart, start + tag.index + tag[0].trimEnd().length, 0);
      at = tag.index + tag[0].length + 1;
    }
    piece(at, written.length);
    spansOfCode(cursor);

    function piece(from: number, to: number): void {
      const part = written.slice(from, to);
      const lead = from === 0 ? 0 : part.length - part.trimStart().length;
      const length = part.trimEnd().length;
      if (length <= lead && from > 0) return;
      const first = from === 0;
      const content = {
        start: start + from + lead + offset,
        end: start + from + Math.max(length, lead) + offset,
      };
      const begin = first ? blockStart + offset : content.start;
      if (content.end > begin) {
        blocks.push({ kind, start: begin, end: content.end, language: '', level, content });
      }
    }
  }

  function push(kind: BlockKind, from: number, to: number, level: number): void {
    const span = { start: from + offset, end: to + offset };
    blocks.push({ kind, ...span, language: '', level, content: span });
  }

  function heading(cursor: MarkdownCursor, level: number): void {
    const written = text.slice(cursor.from, cursor.to);
    const start = cursor.from + offset + (/^#+[ \t]*/.exec(written)?.[0].length ?? 0);
    const closing = /(?:[ \t]+#+[ \t]*|\r?\n[ \t>]*[=-]+[ \t]*)$/.exec(written)?.index ?? written.length;
    add('heading', cursor, {
      level,
      content: { start, end: Math.max(start, cursor.from + offset + closing) },
    });
    spansOfCode(cursor);
  }

  function fence(cursor: MarkdownCursor): void {
    const lines = /^[^\n]*\n?/.exec(text.slice(cursor.from, cursor.to))?.[0] ?? '';
    const language = (/^[`~]+[ \t]*([^\s`{]*)/.exec(lines)?.[1] ?? '').toLowerCase();
    const start = cursor.from + lines.length;
    const last = text.lastIndexOf('\n', cursor.to - 1);
    const closed = last >= start - 1 && /^[\s>]*[`~]{3,}\s*$/.test(text.slice(last + 1, cursor.to));
    const end = Math.max(start, closed ? last : cursor.to);
    const content = { start: start + offset, end: end + offset };
    add(DATA_LANGUAGES.has(language) ? 'data' : 'code', cursor, { language, content });
  }

  function spansOfCode(cursor: MarkdownCursor): void {
    if (!cursor.firstChild()) return;
    do {
      if (cursor.name === 'InlineCode') {
        inlineCode.push({ start: cursor.from + offset, end: cursor.to + offset });
      } else {
        spansOfCode(cursor);
      }
    } while (cursor.nextSibling());
    cursor.parent();
  }

  function framed(cursor: MarkdownCursor): void {
    const { from, to } = cursor;
    if (frame >= DEEPEST_FRAME || HTML_ELEMENTS.test(text.slice(from, Math.min(to, from + 24)))) {
      add('html', cursor);
      return;
    }
    const firstEnd = text.indexOf('\n', from);
    const tagEnd = firstEnd === -1 || firstEnd > to ? to : firstEnd;
    const trimmed = text.slice(from, tagEnd).trimEnd().length + from;
    push('html', from, trimmed, 0);
    if (tagEnd < to) walkText(text.slice(tagEnd + 1, to), offset + tagEnd + 1, frame + 1, blocks, inlineCode);
  }

  function walk(cursor: MarkdownCursor, around: Surroundings, depth = 0): void {
    if (depth > DEEPEST_NESTING) {
      if (depth === DEEPEST_NESTING + 1) add('quote', cursor);
      return;
    }
    if (!cursor.firstChild()) return;
    do {
      const { name } = cursor;
      const leaf = LEAVES[name];
      const level = /^(?:ATX|Setext)Heading([1-6])$/.exec(name)?.[1];
      if (name === 'Paragraph' || name === 'Task') prose(cursor, around);
      else if (leaf !== undefined) add(leaf, cursor);
      else if (level !== undefined) heading(cursor, Number(level));
      else if (name === 'FencedCode') fence(cursor);
      else if (name === 'HTMLBlock') framed(cursor);
      else if (name === 'Blockquote') walk(cursor, { ...around, itemStart: null, quoted: true }, depth + 1);
      else if (name === 'BulletList' || name === 'OrderedList') {
        walk(cursor, { ...around, itemStart: null, listDepth: around.listDepth + 1 }, depth + 1);
      } else if (name === 'ListItem') walk(cursor, { ...around, itemStart: cursor.from }, depth + 1);
    } while (cursor.nextSibling());
    cursor.parent();
  }

  walk(markdownBlocks.parse(text).cursor(), { itemStart: null, listDepth: 0, quoted: false });
}
