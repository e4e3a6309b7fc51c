import { json } from '../answer.ts';
import { forPrograms } from '../guard.ts';
import type { Handler } from '../needs.ts';

/** `GET /health`: alive, and whether database and tables answer. Names nothing else. */
export const getHealth: Handler = forPrograms(async (_request, needs) => {
  try {
    await needs.stores.ping();
    return json({ status: 'ok', stores: 'ok' });
  } catch (error) {
    needs.log('health-failed', { error: error instanceof Error ? error.name : typeof error });
    return json({ status: 'failing', stores: 'failing' }, 503);
  }
});
