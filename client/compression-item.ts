/** A line of the Compression view, with its switch. */
import * as vscode from 'vscode';
import type { CompressionNode } from './text/compression-nodes.ts';

/** The changes that a line's switch switches. */
export function indexesOf(node: CompressionNode): number[] {
  if (node.index !== null) return node.checked === null ? [] : [node.index];
  return node.below.flatMap(indexesOf);
}

/** The line as VS Code draws it. */
export function compressionItem(node: CompressionNode): vscode.TreeItem {
  const { None, Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
  const item = new vscode.TreeItem(
    node.label,
    node.kind === 'risk' ? Expanded : node.kind === 'rule' ? Collapsed : None,
  );
  item.id = node.id;
  item.description = node.description;
  item.tooltip = node.tooltip;
  const { Checked, Unchecked } = vscode.TreeItemCheckboxState;
  if (node.checked !== null) item.checkboxState = node.checked ? Checked : Unchecked;
  if (node.kind === 'change')
    item.command = {
      title: vscode.l10n.t('Show'),
      command: 'farthing.revealCompression',
      arguments: [node],
    };
  return item;
}
