/** The editor's colours and font, read from its CSS variables at the moment of drawing. */

export interface ChartTheme {
  readonly text: string;
  readonly muted: string;
  readonly bar: string;
  readonly demoBar: string;
  readonly track: string;
  readonly fontFamily: string;
  /** Pixels. */
  readonly fontSize: number;
  /** Colours alone tell nothing apart then; patterns and outlines do. */
  readonly highContrast: boolean;
}

/** The theme as it is now. */
export function readTheme(): ChartTheme {
  const root = getComputedStyle(document.documentElement);
  const body = getComputedStyle(document.body);
  // Canvas colours know no var(); a theme that leaves a colour out falls back to the text's.
  const colour = (name: string): string => root.getPropertyValue(name).trim() || body.color;
  const { classList } = document.body;
  return {
    text: colour('--vscode-foreground'),
    muted: colour('--vscode-descriptionForeground'),
    bar: colour('--vscode-charts-blue'),
    demoBar: colour('--vscode-charts-purple'),
    track: colour('--vscode-charts-lines'),
    fontFamily: body.fontFamily,
    fontSize: Number.parseFloat(body.fontSize) || 13,
    highContrast:
      classList.contains('vscode-high-contrast') ||
      classList.contains('vscode-high-contrast-light') ||
      matchMedia('(forced-colors: active)').matches,
  };
}

/** Calls `listener` after every change of theme, font or contrast; the result stops it. */
export function onThemeChange(listener: () => void): () => void {
  const observer = new MutationObserver(listener);
  const attributeFilter = ['class', 'data-vscode-theme-id', 'data-vscode-theme-kind', 'style'];
  observer.observe(document.body, { attributes: true, attributeFilter });
  // The editor writes its variables into the root's style: colour customisations change nothing else.
  observer.observe(document.documentElement, { attributes: true, attributeFilter });
  return () => observer.disconnect();
}
