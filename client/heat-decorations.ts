/** How warm lines look: a fill, in high contrast a bar beside the line, and the number behind it. */
import * as vscode from 'vscode';
import type { Disposable } from './emitter.ts';
import { HEAT_STEPS, type HeatLine } from './text/token-heat.ts';

/** Decorations of editors. */
export interface HeatDecorations extends Disposable {
  /** Replaces what is shown in an editor. */
  set(editor: vscode.TextEditor, lines: readonly HeatLine[]): void;
}

/** What no theme fills or borders is contributed as transparent (package.json, "colors"). */
export function createHeatDecorations(): HeatDecorations {
  const steps = HEAT_STEPS.map((_, index) =>
    vscode.window.createTextEditorDecorationType({
      isWholeLine: true,
      backgroundColor: new vscode.ThemeColor(`farthing.heat.background${index + 1}`),
      borderColor: new vscode.ThemeColor('farthing.heat.border'),
      borderStyle: 'solid',
      // Where a fill would cost contrast, the width says it.
      borderWidth: `0 0 0 ${2 * index + 1}px`,
      overviewRulerLane: vscode.OverviewRulerLane.Left,
    }),
  );
  const count = vscode.window.createTextEditorDecorationType({
    after: {
      margin: '0 0 0 2em',
      color: new vscode.ThemeColor('farthing.heat.countForeground'),
    },
  });
  return {
    set(editor, lines) {
      const rangeOf = ({ line }: HeatLine) => {
        const { end } = editor.document.lineAt(Math.min(line, editor.document.lineCount - 1)).range;
        return new vscode.Range(end, end);
      };
      for (const [index, step] of steps.entries())
        editor.setDecorations(step, lines.filter((line) => line.step === index + 1).map(rangeOf));
      editor.setDecorations(
        count,
        lines.map((line) => ({ range: rangeOf(line), renderOptions: { after: { contentText: line.text } } })),
      );
    },
    dispose() {
      for (const type of [...steps, count]) type.dispose();
    },
  };
}
