/** Draws what there is to do: a sentence, and the buttons that do it. */
import type { PanelCommand } from '../../protocol/panel-messages.ts';
import { type Described, element } from '../dom.ts';
import type { Notice } from '../model/notices.ts';

/** One notice; `run` is called with the command of the button that is pressed. */
export function noticeView(notice: Notice, run: (command: PanelCommand) => void): Described {
  return element(
    'section',
    {
      key: notice.id,
      class: `notice ${notice.tone}${notice.stays === true ? ' stays' : ''}`,
      'aria-labelledby': `notice-${notice.id}`,
    },
    element('h2', { id: `notice-${notice.id}` }, notice.title),
    notice.text === null ? null : element('p', {}, notice.text),
    notice.actions.length === 0
      ? null
      : element(
          'div',
          { class: 'actions' },
          ...notice.actions.map((action, index) =>
            element(
              'button',
              {
                key: action.command,
                type: 'button',
                class: index === 0 && notice.tone !== 'busy' ? 'primary' : 'secondary',
                onclick: () => run(action.command),
              },
              action.label,
            ),
          ),
        ),
  );
}
