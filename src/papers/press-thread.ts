/** @module What a thread of the press does: makes the one paper that it was started with, hands it over, ends. */
import { enableCompileCache } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import type { Order } from './press.ts';

// A thread does not inherit it, and starts anew for each paper.
enableCompileCache();
const { paper, file } = workerData as Order;
const made =
  file === 'pdf' ? await (await import('./pdf.ts')).toPdf(paper) : await (await import('./docx.ts')).toDocx(paper);
parentPort!.postMessage(made);
