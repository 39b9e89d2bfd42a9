/** Parameters of addresses that only tell a site where a reader came from. */

const TRACKING = /^(?:utm_\w+|gclid|fbclid|msclkid|mc_[ce]id|igshid|_hsenc|_hsmi)=/i;

/** The address without its tracking parameters; itself where it has none. */
export function withoutTracking(url: string): string {
  const query = url.indexOf('?');
  if (query === -1) return url;
  const fragment = url.indexOf('#', query);
  const end = fragment === -1 ? url.length : fragment;
  const parameters = url.slice(query + 1, end).split('&');
  const left = parameters.filter((parameter) => !TRACKING.test(parameter));
  if (left.length === parameters.length) return url;
  return url.slice(0, query) + (left.length > 0 ? `?${left.join('&')}` : '') + url.slice(end);
}
