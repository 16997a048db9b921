/** @module A dossier as the exchange hands it to a connector. */

import type { z } from 'zod';
import type { Content, Paper, Submission } from '../../src/capabilities/exchange.ts';
import { content as contents, paper } from '../../src/capabilities/exchange-content.ts';

/** A registered dossier of an invented person with this content, read by its schema. */
export function handed(
  content: z.input<typeof contents>,
  papers: readonly z.input<typeof paper>[] = [],
  procedureCode = '1.005129',
): Submission & { readonly content: Content; readonly papers: readonly Paper[] } {
  return {
    dossier: {
      code: 'H15.50-260310-0001',
      procedureCode,
      procedureName: 'Đăng ký biến động',
      fields: {
        applicant: { kind: 'citizen', name: 'Nguyễn Văn An', personalId: '066090000123', phone: '0900000000' },
      },
      receivedAt: Date.parse('2026-03-10T08:30:00+07:00'),
      appointmentAt: Date.parse('2026-03-31T17:00:00+07:00'),
    },
    content: contents.parse(content),
    papers: papers.map((one) => paper.parse(one)),
  };
}
