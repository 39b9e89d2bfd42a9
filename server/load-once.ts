/** Modules that are loaded when they are first needed. */

/**
 * Loads a module with the first call and gives the same promise to all. An import() that is asked for again still takes
 * its way through Node's loader, which costs more than most of what is asked of the module.
 */
export function loadOnce<Module>(load: () => Promise<Module>): () => Promise<Module> {
  let loaded: Promise<Module> | null = null;
  return () => {
    loaded ??= load();
    return loaded;
  };
}
