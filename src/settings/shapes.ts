/** @module Shapes that several settings have. */
import { z } from 'zod';

export const milliseconds = z.coerce.number().int().min(100).max(3_600_000);
export const address = z.url({ protocol: /^https?$/ });
export const list = z.string().transform((text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== ''),
);
