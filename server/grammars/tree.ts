/** Types of the trees that Lezer's grammars give. */
export type { SyntaxNode, Tree } from '@lezer/common';
