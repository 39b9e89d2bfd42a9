/** Draws the last calls as a list: Tab reaches one of them, arrow keys the others, Enter opens the details. */
import { type Child, type Described, element } from '../dom.ts';
import type { CallRow } from '../model/calls.ts';
import { outcomeIcon } from './icons.ts';

export interface CallsOptions {
  /** The call that Tab leads to; the first when it is not among them. */
  readonly activeCall: string | null;
  readonly openCalls: readonly string[];
  activate(id: string): void;
  toggle(id: string): void;
  /** Opens all that the ledger has on the call. */
  show(id: string): void;
}

/** The list of the last calls. */
export function callsView(calls: readonly CallRow[], options: CallsOptions): Described {
  const active = calls.find((call) => call.id === options.activeCall) ?? calls[0];
  return element(
    'section',
    { key: 'calls', 'aria-labelledby': 'calls-title' },
    element('header', {}, element('h2', { id: 'calls-title' }, 'Last calls')),
    element(
      'ul',
      { class: 'calls', onkeydown: moveFocus },
      ...calls.map((call) => callView(call, call === active, options)),
    ),
  );
}

function callView(call: CallRow, active: boolean, options: CallsOptions): Described {
  const open = options.openCalls.includes(call.id);
  const detailsId = `details-${call.id}`;
  return element(
    'li',
    { key: call.id },
    element(
      'button',
      {
        type: 'button',
        class: 'call',
        tabindex: active ? '0' : '-1',
        'aria-expanded': String(open),
        'aria-controls': detailsId,
        onclick: () => options.toggle(call.id),
        onfocus: () => options.activate(call.id),
      },
      ...summaryOf(call),
    ),
    element(
      'div',
      { id: detailsId, class: 'call-details', hidden: !open },
      ...(open ? detailsView(call, options) : []),
    ),
  );
}

function summaryOf(call: CallRow): readonly Child[] {
  const part = (name: string, ...children: readonly Child[]): Described =>
    element('span', { key: name, class: `call-${name}` }, ...children);
  return [
    outcomeIcon(call.outcome),
    part(
      'name',
      element('span', { key: 'text', class: 'call-title' }, call.name),
      call.tag === null ? null : element('span', { key: 'tag', class: 'tag' }, call.tag),
    ),
    part('cost', call.outcome === 'running' ? '' : call.cost),
    part(
      'model',
      element('span', { key: 'outcome', class: call.outcome }, call.outcomeText),
      ` · ${call.model}`,
    ),
    part('time', call.time),
    part('tokens', call.tokens),
    part('duration', call.duration),
    call.waste === null ? null : part('waste', call.waste),
    call.error === null ? null : part('error', call.error),
  ];
}

function detailsView(call: CallRow, options: CallsOptions): readonly Described[] {
  return [
    element(
      'dl',
      { key: 'facts' },
      ...call.details.map(([label, value]) =>
        element('div', { key: label }, element('dt', {}, label), element('dd', {}, value)),
      ),
    ),
    element(
      'button',
      { key: 'show', type: 'button', class: 'link', onclick: () => options.show(call.id) },
      'Show Call',
    ),
  ];
}

/** Arrow keys, Home and End move the focus within the list. */
function moveFocus(event: Event): void {
  if (!(event instanceof KeyboardEvent) || !(event.currentTarget instanceof Element)) return;
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>('.call')];
  const focused = rows.find((row) => row === document.activeElement);
  if (focused === undefined) return;
  const index = rows.indexOf(focused);
  const moves: Readonly<Record<string, number>> = {
    ArrowDown: index + 1,
    ArrowUp: index - 1,
    Home: 0,
    End: rows.length - 1,
  };
  const target = rows[moves[event.key] ?? -1];
  if (target === undefined) return;
  event.preventDefault();
  target.focus();
}
