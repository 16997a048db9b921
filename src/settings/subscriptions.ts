/** @module Whom the gateway itself calls for subscribers, and when one counts as paused. */
import { z } from 'zod';
import { parseNetworks } from '../connector/addresses.ts';
import { setting } from './setting.ts';
import { list } from './shapes.ts';

function areNetworks(entries: readonly string[]): boolean {
  try {
    parseNetworks(entries);
    return true;
  } catch {
    return false;
  }
}

export const subscriptionSettings = {
  EGRESS_ALLOW: setting(
    list.default([]).refine(areNetworks, 'must be addresses or networks such as 10.20.0.0/16, separated by commas'),
    'Networks of your own that addresses named by clients (subscriptions) may lead to, also by plain http; else only https to public addresses is called.',
    { example: '10.20.0.0/16' },
  ),
  SUBSCRIPTION_PAUSE_AFTER_MS: setting(
    z.coerce.number().int().min(100).default(3_600_000),
    'How long nothing may get through to a subscriber until it counts as paused and an alert is raised; it resumes by itself.',
  ),
} as const;
