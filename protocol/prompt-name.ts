/** The name of the prompt a job's URI stands for: the file's, without its folders; null for none. */
export function promptName(job: string | null): string | null {
  if (job === null) return null;
  const path = job.replace(/[?#].*$/s, '').replace(/\/+$/, '');
  const segment = path.slice(path.lastIndexOf('/') + 1).replace(/^[a-z][a-z\d+.-]+:/i, '');
  try {
    return decodeURIComponent(segment) || null;
  } catch {
    // A lone "%" is no encoding, so the name is meant as it stands.
    return segment;
  }
}
