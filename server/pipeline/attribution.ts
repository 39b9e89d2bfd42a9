import type { Attribution, Call } from './stage.ts';

/** What is written down of who and what a call is for: where `attribute` is left out, its feature alone. */
export function notedAttribution({ attribution, off }: Call): Attribution {
  if (!off.has('attribute')) return attribution;
  const { feature } = attribution;
  return { feature, user: '', job: null, workspace: null, branch: null, tags: [] };
}
