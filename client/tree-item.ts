/** A line of a view, from its words. */
import * as vscode from 'vscode';
import type { NodeText } from './text/provider-nodes.ts';

const OPENS: Readonly<Record<NodeText['opens'], vscode.TreeItemCollapsibleState>> = {
  no: vscode.TreeItemCollapsibleState.None,
  closed: vscode.TreeItemCollapsibleState.Collapsed,
  open: vscode.TreeItemCollapsibleState.Expanded,
};

/** The line as VS Code draws it. */
export function treeItem(text: NodeText): vscode.TreeItem {
  const item = new vscode.TreeItem(text.label, OPENS[text.opens]);
  item.id = text.id;
  item.description = text.description;
  item.contextValue = text.context;
  item.tooltip = new vscode.MarkdownString(text.tooltip);
  item.accessibilityInformation = { label: text.accessible };
  item.iconPath = new vscode.ThemeIcon(
    text.icon,
    text.color === null ? undefined : new vscode.ThemeColor(text.color),
  );
  return item;
}
