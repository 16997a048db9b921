/** @module A gateway's stand-in to be killed: starts the embedded database at the folder given, prints what it got and stays. */
import { ensureEmbeddedDatabase } from '../../src/db/embedded.ts';

const dataDir = process.argv[2];
if (!dataDir) throw new Error('usage: start-embedded.ts DATA_DIR');
const database = await ensureEmbeddedDatabase({ dataDir, log: () => {} });
console.log(JSON.stringify(database));
setInterval(() => {}, 60_000);
