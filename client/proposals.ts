/** Changes that were proposed and not made yet: shown as a diff, then applied in one step or discarded. */
import * as vscode from 'vscode';
import type { SelectionTask } from '../protocol/selection-tasks.ts';
import { type Disposable, disposeAll } from './emitter.ts';
import { PROPOSAL_SCHEME } from './prompt-documents.ts';
import { type TextRange, withLineEnds } from './text/code-range.ts';
import { findAgain } from './text/find-again.ts';
import { proposalWords, taskTitle } from './text/snippet-words.ts';

/** A change of one part of a document. */
export interface Proposal {
  readonly task: SelectionTask;
  readonly document: vscode.Uri;
  readonly fileName: string;
  /** The document's text when the change was asked for. */
  readonly text: string;
  readonly range: TextRange;
  /** What takes the place of the range, with the line ends of the document. */
  readonly code: string;
}

/** What becomes of a proposal. */
export type ProposalOutcome = 'applied' | 'discarded';

/** The proposals of this window. */
export interface Proposals extends Disposable {
  /** Shows a proposal in place of the last one under this key; `decided` is called once it was applied or discarded. */
  show(key: string, proposal: Proposal, decided: (outcome: ProposalOutcome) => void): Promise<void>;
  /** Makes the change that a command names, or that is on the screen, or says why it is not made. */
  apply(target: unknown): Promise<void>;
  /** Leaves the file as it is. */
  discard(target: unknown): Promise<void>;
}

interface Kept {
  readonly key: string;
  readonly proposal: Proposal;
  readonly decided: (outcome: ProposalOutcome) => void;
}

/** Whoever leaves more diffs open than this has forgotten the first. */
const MOST_KEPT = 50;

/** Makes the window's proposals; `failed` is told of what goes wrong while nobody waits. */
export function createProposals(failed: (error: unknown) => void): Proposals {
  const kept = new Map<string, Kept>();
  const questions = new Set<string>();
  let last = 0;

  const forget = async (id: string) => {
    kept.delete(id);
    const tabs = vscode.window.tabGroups.all
      .flatMap((group) => group.tabs)
      .filter(({ input }) => input instanceof vscode.TabInputTextDiff && idOf(input.modified) === id);
    await vscode.window.tabGroups.close(tabs);
    // Its question would stay on the screen. What else is there goes to the notification centre with it.
    if (questions.delete(id)) await vscode.commands.executeCommand('notifications.hideToasts');
  };

  const named = (target: unknown): readonly [string, Kept] | null => {
    const active = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
    const shown = active instanceof vscode.TabInputTextDiff ? active.modified : undefined;
    const id = typeof target === 'string' ? target : idOf(target instanceof vscode.Uri ? target : shown);
    const found = id === null ? undefined : kept.get(id);
    if (id !== null && found !== undefined) return [id, found];
    void vscode.window.showInformationMessage(
      vscode.l10n.t('Open a proposed change first, then apply or discard it.'),
    );
    return null;
  };

  const apply = async (target: unknown) => {
    const [id, found] = named(target) ?? [null, null];
    if (id === null) return;
    // Taken away first: whoever presses twice has it applied once.
    kept.delete(id);
    let isDone = false;
    try {
      isDone = await isApplied(found.proposal);
    } finally {
      if (!isDone) kept.set(id, found);
    }
    if (!isDone) return;
    await forget(id);
    found.decided('applied');
  };

  const discard = async (target: unknown) => {
    const [id, found] = named(target) ?? [null, null];
    if (id === null) return;
    await forget(id);
    found.decided('discarded');
  };

  const parts = disposeAll([
    vscode.workspace.registerTextDocumentContentProvider(PROPOSAL_SCHEME, {
      provideTextDocumentContent: (uri) => {
        const proposal = kept.get(idOf(uri) ?? '')?.proposal;
        if (proposal === undefined)
          return vscode.l10n.t('This proposal is not kept. Run the command again on the code.');
        return uri.fragment === 'before' ? proposal.text : proposedText(proposal);
      },
    }),
  ]);

  return {
    apply,
    discard,
    show: async (key, proposal, decided) => {
      for (const [id, one] of kept) if (one.key === key) await forget(id);
      for (const id of [...kept.keys()].slice(0, Math.max(0, kept.size + 1 - MOST_KEPT))) await forget(id);
      last += 1;
      const id = String(last);
      kept.set(id, { key, proposal, decided });
      await showDiff(id, proposal);
      questions.add(id);
      void ask(id, proposal, () => questions.delete(id)).catch(failed);
    },
    dispose: () => {
      parts.dispose();
      kept.clear();
    },
  };
}

const idOf = (uri: vscode.Uri | undefined): string | null =>
  uri?.scheme === PROPOSAL_SCHEME ? uri.query : null;

const proposedText = ({ text, range, code }: Proposal): string =>
  text.slice(0, range.start) + code + text.slice(range.end);

/** The diff, with the file as it was on the left. */
async function showDiff(id: string, { task, document, fileName, text, range }: Proposal): Promise<void> {
  const side = (fragment: string) =>
    vscode.Uri.from({ scheme: PROPOSAL_SCHEME, path: `/${fileName}`, query: id, fragment });
  const [before, after] = [side('before'), side('after')];
  const language = vscode.workspace.textDocuments.find(
    ({ uri }) => uri.toString() === document.toString(),
  )?.languageId;
  for (const uri of [before, after]) {
    const opened = await vscode.workspace.openTextDocument(uri);
    if (language !== undefined && opened.languageId !== language)
      await vscode.languages.setTextDocumentLanguage(opened, language);
  }
  const line = text.slice(0, range.start).split('\n').length - 1;
  await vscode.commands.executeCommand(
    'vscode.diff',
    before,
    after,
    proposalWords(task, fileName, vscode.l10n).title,
    {
      preview: false,
      selection: new vscode.Range(line, 0, line, 0),
    } satisfies vscode.TextDocumentShowOptions,
  );
}

async function ask(id: string, { task, fileName }: Proposal, answered: () => void): Promise<void> {
  const [apply, discard] = [vscode.l10n.t('Apply'), vscode.l10n.t('Discard')];
  const { question } = proposalWords(task, fileName, vscode.l10n);
  const chosen = await vscode.window.showInformationMessage(question, apply, discard);
  answered();
  if (chosen === apply) await vscode.commands.executeCommand('farthing.applyProposal', id);
  if (chosen === discard) await vscode.commands.executeCommand('farthing.discardProposal', id);
}

/** Makes the change where the part stands now, as one step of undo; false, with a sentence, where it cannot be made. */
async function isApplied({ task, document: uri, fileName, text, range, code }: Proposal): Promise<boolean> {
  const document = await vscode.workspace.openTextDocument(uri);
  const place = findAgain(text, range, document.getText());
  if (place === null) {
    void vscode.window.showWarningMessage(
      vscode.l10n.t(
        'The code in {0} was changed meanwhile, so nothing was applied. Run {1} on it again.',
        fileName,
        taskTitle(task, vscode.l10n),
      ),
    );
    return false;
  }
  const edit = new vscode.WorkspaceEdit();
  const target = new vscode.Range(document.positionAt(place.start), document.positionAt(place.end));
  const lineEnd = document.eol === vscode.EndOfLine.CRLF ? '\r\n' : '\n';
  const applied = withLineEnds(code, lineEnd);
  edit.replace(uri, target, applied);
  if (await vscode.workspace.applyEdit(edit)) {
    // A cell is shown by its notebook.
    if (uri.scheme === 'vscode-notebook-cell') return true;
    const end = document.positionAt(place.start + applied.length);
    await vscode.window.showTextDocument(document, { selection: new vscode.Range(target.start, end) });
    return true;
  }
  void vscode.window.showWarningMessage(
    vscode.l10n.t('{0} could not be changed. Make sure that it can be written, then apply again.', fileName),
  );
  return false;
}
