/** What of a file an agent loads, and when: the rules of VS Code, of Agent Skills and of AGENTS.md. */
import { type ContextFileKind, contextFileKind } from '../../../protocol/context-files.ts';
import { isBlank, splitLines } from '../lines.ts';
import { type Halves, readHalves } from './halves.ts';
import { serverNames } from './server-names.ts';

/** A stretch of a file that is loaded as a whole. */
export interface LoadedPart {
  readonly part: string;
  /** With which turns, in a few words; null for every one. */
  readonly condition: string | null;
  readonly text: string;
  /** Line of the file on which it begins, from 0. */
  readonly line: number;
  /** True for what is no prose of the file as it stands, so that it is not compared with others. */
  readonly composed: boolean;
  /** The most tokens that it should have; null for no such budget. */
  readonly budget: number | null;
}

/** A file as an agent sees it. */
export interface LoadedFile {
  readonly parts: readonly LoadedPart[];
  readonly notes: readonly string[];
  readonly tools: { readonly kind: 'servers' | 'tools'; readonly names: readonly string[] } | null;
}

/** Natural budgets of a skill (agentskills.io, "Specification"): of its body in tokens and lines, of its description. */
const SKILL_TOKENS = 5000;
const SKILL_LINES = 500;
const DESCRIPTION_CHARACTERS = 1024;

/** Patterns of `applyTo` that every file of a workspace fits. */
const EVERYTHING: ReadonlySet<string> = new Set(['**', '**/*', '*', '**/**']);

/** Reads a file by its path. Never throws: what cannot be read is noted, and counted as it stands. */
export function loadedFile(path: string, text: string): LoadedFile {
  const kind = contextFileKind(path);
  if (kind === null) return NOTHING;
  if (kind === 'servers') return serversOf(text);
  return READERS[kind](readHalves(text), path);
}

const NOTHING: LoadedFile = { parts: [], notes: [], tools: null };

const READERS: Readonly<
  Record<Exclude<ContextFileKind, 'servers'>, (file: Halves, path: string) => LoadedFile>
> = {
  agents: (file, path) => guide(file, path),
  claude: (file, path) => guide(file, path),
  copilot: (file, path) =>
    loaded(file, {
      part: 'whole file',
      condition: path.startsWith('.github/') ? null : `work in ${folderOf(folderOf(path))}`,
      text: file.whole,
      line: 0,
    }),
  instructions(file, path) {
    const patterns = textsOf(file.value('applyTo'));
    const isGeneral = patterns.some((pattern) => EVERYTHING.has(pattern));
    const isElsewhere = !/(^|\/)\.github\/instructions\//.test(path);
    const condition =
      patterns.length === 0 ? 'only where it is added by hand' : `files ${patterns.join(', ')}`;
    return loaded(
      file,
      {
        part: 'body',
        condition: isGeneral ? null : condition,
        text: file.body,
        line: file.bodyLine,
      },
      isGeneral && isElsewhere
        ? [
            'It is not in .github/instructions: VS Code loads it only if chat.instructionsFilesLocations names its folder.',
          ]
        : [],
    );
  },
  agent: (file, path) => ({
    ...loaded(file, {
      part: 'body',
      condition: `the agent ${nameOf(file, path)}`,
      text: file.body,
      line: file.bodyLine,
    }),
    tools: toolsOf(file),
  }),
  skill(file, path) {
    const name = nameOf(file, path);
    const description = textOf(file.value('description'));
    const length = [...description].length;
    const lines = splitLines(file.body.trimEnd()).length;
    const notes = [
      ...(length > DESCRIPTION_CHARACTERS
        ? [
            `The description has ${length} characters, more than the ${DESCRIPTION_CHARACTERS} that a skill may have. Shorten it; every turn loads it.`,
          ]
        : []),
      ...(lines > SKILL_LINES
        ? [
            `The body has ${lines} lines, more than the ${SKILL_LINES} that a skill should have. Move details into files that it links to.`,
          ]
        : []),
    ];
    const body = loaded(
      file,
      {
        part: 'body',
        condition: `the skill ${name}`,
        text: file.body,
        line: file.bodyLine,
        budget: SKILL_TOKENS,
      },
      notes,
    );
    // A skill that only its user may call is not told of.
    const isHidden = file.value('disable-model-invocation') === true;
    if (isHidden || file.problem !== null) return body;
    const head = { part: 'name and description', condition: null, line: 0, composed: true, budget: null };
    return { ...body, parts: [{ ...head, text: `${name}: ${description}` }, ...body.parts] };
  },
  // Its text is loaded by whoever runs it; of interest is only what its tools bring along.
  prompt: (file) => ({ parts: [], notes: [], tools: toolsOf(file) }),
};

/** AGENTS.md and CLAUDE.md: that of the root for every turn, one further down for work in its folder. */
function guide(file: Halves, path: string): LoadedFile {
  const folder = folderOf(path).replace(/^\.claude$/, '');
  const imports = [...file.whole.matchAll(/^@(\S+\.\w+)\s*$/gm)].map(([, target]) => target);
  return loaded(
    file,
    {
      part: 'whole file',
      condition: folder === '' ? null : `work in ${folder}`,
      text: file.whole,
      line: 0,
    },
    imports.length === 0
      ? []
      : [`It pulls in ${imports.join(', ')}, which Claude Code loads, too; they are not counted here.`],
  );
}

type PartOf = Pick<LoadedPart, 'part' | 'condition' | 'text' | 'line'> & { readonly budget?: number };

function loaded(file: Halves, part: PartOf, notes: readonly string[] = []): LoadedFile {
  return {
    parts: isBlank(part.text) ? [] : [{ composed: false, budget: null, ...part }],
    notes: file.problem === null ? notes : [file.problem, ...notes],
    tools: null,
  };
}

const toolsOf = (file: Halves): LoadedFile['tools'] => {
  const names = textsOf(file.value('tools'));
  return names.length === 0 ? null : { kind: 'tools', names };
};

function serversOf(text: string): LoadedFile {
  const names = serverNames(text);
  if (names === null)
    return {
      ...NOTHING,
      notes: ['It is not valid JSON, so its servers are not known. Mend it, then audit again.'],
    };
  return names.length === 0 ? NOTHING : { ...NOTHING, tools: { kind: 'servers', names } };
}

const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));

/** As the front matter says it; else the file's name, and for a skill its folder's. */
function nameOf(file: Halves, path: string): string {
  const named = textOf(file.value('name'));
  if (named !== '') return named;
  const base = path.slice(path.lastIndexOf('/') + 1);
  return base === 'SKILL.md'
    ? folderOf(path).split('/').at(-1) || 'SKILL'
    : base.replace(/\.(agent|chatmode)\.md$/, '');
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value.trim() : '');

/** A text with commas or a list of texts, as VS Code writes lists. */
const textsOf = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? value : typeof value === 'string' ? value.split(',') : [])
    .map(textOf)
    .filter((text) => text !== '');
