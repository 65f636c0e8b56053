import { toFailure } from '#contract/failure.ts';

import { openChannel } from '../../../processes/child/channel.ts';
import { copyDatabase } from '../copy.ts';
import type { FromCopier, ToCopier } from '../copier.ts';

/** Makes one backup and ends. A process of its own: neither the copy nor its check may keep the windows' one from answering. */
const { send, onMessage } = openChannel<ToCopier, FromCopier>();
onMessage(({ request }) => {
  void copyDatabase(request)
    .then(
      (backupId): FromCopier => ({ type: 'made', backupId }),
      (error: unknown): FromCopier => ({ type: 'failed', failure: toFailure(error) }),
    )
    .then(send)
    .then(() => process.exit(0));
});
