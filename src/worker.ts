/** @module The delivering half of a process: drains, read-backs and what else runs beside the calls. */

/** Something that runs until it is stopped; a stop finishes or releases what is under way. */
export interface WorkerPart {
  start(): void | Promise<void>;
  stop(): Promise<void>;
}

export interface Worker {
  readonly parts: readonly WorkerPart[];
}

export async function startWorker({ parts }: Worker): Promise<void> {
  for (const part of parts) await part.start();
}

export async function stopWorker({ parts }: Worker): Promise<void> {
  await Promise.all(parts.map((part) => part.stop()));
}
