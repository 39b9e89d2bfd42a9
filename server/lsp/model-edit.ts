/** The handler that says how an open prompt names a model in its front matter. */
import { farthingError } from '../../protocol/errors.ts';
import type { ModelEdit, ModelEditParams } from '../../protocol/messages.ts';
import { writeModel } from '../prompts/write-model.ts';
import type { HandlerContext } from './context.ts';

/** The change, with the document's version. Throws documentClosed, badFrontMatter and badCall. */
export function modelEdit({ session }: HandlerContext, { uri, model: route }: ModelEditParams): ModelEdit {
  const document = session.documents.get(uri);
  const prompt = session.openPrompt(uri);
  if (document === undefined || prompt === null) throw farthingError('documentClosed', {});
  // In a program or in YAML alone there is no front matter, and a line of it would be a fault.
  if (prompt.use === 'embedded' || /\.ya?ml$/i.test(uri))
    throw farthingError('badCall', {
      detail: 'this format has no front matter for a model; name it where the file names its own',
    });
  const { provider, model } = route;
  const isAmbiguous =
    session.settings.providers.filter(({ models }) => models.some(({ id }) => id === model)).length > 1;
  const { start, end, newText } = writeModel(
    document.getText(),
    isAmbiguous ? `${provider}/${model}` : model,
  );
  return {
    version: document.version,
    start: document.positionAt(start),
    end: document.positionAt(end),
    newText,
  };
}
