/** Entry of the panel's webview: takes states in, draws them, and sends commands out. */
import { type FromPanel, type PanelState, parseToPanel } from '../protocol/panel-messages.ts';
import { createSpendChart } from './charts/spend-chart.ts';
import { draw, element } from './dom.ts';
import { announcementOf } from './model/calls.ts';
import { viewOf } from './panel-model.ts';
import { parseSavedState, savedStateOf, type UserState } from './saved-state.ts';
import { callsView } from './views/calls.ts';
import { figuresView } from './views/figures.ts';
import { noticeView } from './views/notices.ts';
import { spendView } from './views/spend.ts';

/** What VS Code gives a webview, once per page. */
interface VsCodeApi {
  postMessage(message: FromPanel): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

/** Draws into the page and listens until the page goes. */
function startPanel(host: VsCodeApi, page: { readonly root: Element; readonly announcer: Element }): void {
  const saved = parseSavedState(host.getState());
  const chart = createSpendChart();
  let panel = saved.panel;
  let user = saved.user;
  let fresh = false;

  const change = (next: Partial<UserState>): void => {
    user = { ...user, ...next };
    show();
  };
  const run = (command: Extract<FromPanel, { type: 'command' }>['command']): void =>
    host.postMessage({ type: 'command', command });

  function show(): void {
    host.setState(savedStateOf(panel, user));
    if (panel === null) return;
    const view = viewOf(panel, Date.now());
    const focused = document.activeElement;
    draw(page.root, [
      element('h1', { class: 'visually-hidden' }, 'Farthing'),
      ...view.notices.map((notice) => noticeView(notice, run)),
      view.figures === null ? null : figuresView(view.figures),
      view.spend === null
        ? null
        : spendView(view.spend, {
            chart: chart.element,
            tableOpen: user.tableOpen,
            toggleTable: () => change({ tableOpen: !user.tableOpen }),
          }),
      view.calls.length === 0
        ? null
        : callsView(view.calls, {
            activeCall: user.activeCall,
            openCalls: user.openCalls,
            activate: (id) => {
              if (id !== user.activeCall) change({ activeCall: id });
            },
            toggle: (id) => change({ openCalls: toggled(user.openCalls, id) }),
            show: (callId) => host.postMessage({ type: 'showCall', callId }),
          }),
      ...view.footnotes.map((notice) => noticeView(notice, run)),
    ]);
    if (view.spend !== null) chart.show(view.spend);
    keepFocus(focused);
  }

  /** A call that leaves the list takes its focus along; the list gets it back. */
  function keepFocus(focused: Element | null): void {
    if (focused === null || focused.isConnected || !focused.classList.contains('call')) return;
    page.root.querySelector<HTMLElement>('.call[tabindex="0"]')?.focus();
  }

  function receive(state: PanelState): void {
    // What was kept from before a reload may be old: only what changes after the first fresh state is news.
    const announcement = fresh ? announcementOf(panel?.summary ?? null, state.summary) : null;
    fresh = true;
    panel = state;
    const listed = new Set(state.summary?.recent.map((line) => line.callId));
    user = { ...user, openCalls: user.openCalls.filter((id) => listed.has(id)) };
    show();
    // A new text node is read even where it says the same as the last one.
    if (announcement !== null) page.announcer.textContent = announcement;
  }

  window.addEventListener('message', (event: MessageEvent<unknown>) => {
    const message = parseToPanel(event.data);
    if (message !== null) receive(message.state);
  });
  show();
  host.postMessage({ type: 'ready' });
}

const toggled = (ids: readonly string[], id: string): readonly string[] =>
  ids.includes(id) ? ids.filter((other) => other !== id) : [...ids, id];

const root = document.querySelector('#panel');
const announcer = document.querySelector('#announcer');
if (root !== null && announcer !== null) startPanel(acquireVsCodeApi(), { root, announcer });
