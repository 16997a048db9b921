/** @module A parameter that is either: `true` or `false`, and nothing else that could be taken for one. */
import { z } from 'zod';

export const yesOrNo = z.enum(['true', 'false']).transform((text) => text === 'true');
