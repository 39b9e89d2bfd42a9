/**
 * Version of the contract between the daemon and its clients. It is part of the socket's name, so that two
 * incompatible builds never talk to each other. Raise it when a message changes in a way an older side cannot read.
 */
export const PROTOCOL_VERSION = 1;

/** Identifies one build of Farthing; two sides compare it in the handshake to decide who is newer. */
export interface Build {
  /** Semantic version from package.json. */
  readonly version: string;
  /** Hash of the bundled daemon's content; "source" when it runs unbundled. */
  readonly hash: string;
  /** When it was built, in epoch milliseconds; orders two builds of one version. */
  readonly builtAt: number;
}

/** Negative when `a` is the older build, positive when it is the newer, 0 when they are the same build. */
export function compareBuilds(a: Build, b: Build): number {
  const left = a.version.split(/[.-]/).map(Number);
  const right = b.version.split(/[.-]/).map(Number);
  for (let index = 0; index < 3; index++) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.hash === b.hash ? 0 : a.builtAt - b.builtAt;
}
