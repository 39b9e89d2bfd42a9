/** What a task is to work on: the selection, else the symbol around the cursor, else a small file whole. */
import * as vscode from 'vscode';
import { selectedCode, type TextRange } from './text/code-range.ts';
import { type CodeSymbol, enclosingSymbol } from './text/enclosing-symbol.ts';

/** A file that is worked on whole has no more lines and no more UTF-16 code units. */
const SMALL_FILE = { lines: 200, characters: 8000 };

const UNITS: ReadonlySet<vscode.SymbolKind> = new Set([
  vscode.SymbolKind.Function,
  vscode.SymbolKind.Method,
  vscode.SymbolKind.Constructor,
  vscode.SymbolKind.Class,
  vscode.SymbolKind.Interface,
  vscode.SymbolKind.Struct,
  vscode.SymbolKind.Enum,
]);

/** A part of the document; null where it is not clear which is meant. Reads symbols only where nothing is selected. */
export async function codeOf(
  document: vscode.TextDocument,
  selection: vscode.Range,
): Promise<TextRange | null> {
  const text = document.getText();
  const cursor = document.offsetAt(selection.start);
  const selected = selectedCode(text, { start: cursor, end: document.offsetAt(selection.end) });
  if (selected !== null) return selected;
  const symbol = enclosingSymbol(await symbolsOf(document), cursor);
  // Symbols of an older text would cut the code anywhere.
  if (symbol !== null && document.getText() === text) return selectedCode(text, symbol);
  const isSmall = document.lineCount <= SMALL_FILE.lines && text.length <= SMALL_FILE.characters;
  return isSmall ? selectedCode(text, { start: 0, end: text.length }) : null;
}

async function symbolsOf(document: vscode.TextDocument): Promise<readonly CodeSymbol[]> {
  // Undefined where nobody provides any.
  const symbols = await vscode.commands.executeCommand<
    readonly (vscode.DocumentSymbol | vscode.SymbolInformation)[] | undefined
  >('vscode.executeDocumentSymbolProvider', document.uri);
  return (symbols ?? []).map((symbol) => symbolOf(document, symbol));
}

function symbolOf(
  document: vscode.TextDocument,
  symbol: vscode.DocumentSymbol | vscode.SymbolInformation,
): CodeSymbol {
  const range = 'location' in symbol ? symbol.location.range : symbol.range;
  const children = 'children' in symbol ? symbol.children : [];
  return {
    start: document.offsetAt(range.start),
    end: document.offsetAt(range.end),
    isUnit: UNITS.has(symbol.kind),
    children: children.map((child) => symbolOf(document, child)),
  };
}
