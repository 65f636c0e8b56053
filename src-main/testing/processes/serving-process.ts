import { openApp } from '../../features/app.ts';

/*
 * A process of its own that serves the queue of a home until it is killed, or asked by SIGTERM to leave. Arguments: home, entry.
 */
const [home = '', trainerEntry = ''] = process.argv.slice(2);
const app = openApp({ home, trainerEntry });
process.once('SIGTERM', () => void app.close().then(() => process.exit(0)));
process.stdout.write('open\n');
