/** @module Evidence packs for operators: of a difference or an incident, those that were made, and the key they are signed with. */
import { Readable } from 'node:stream';
import { z } from 'zod';
import type { Catalogue } from '../catalogue/catalogue.ts';
import { fail } from '../errors.ts';
import { rfc3339 } from '../http/answer.ts';
import { linkNext } from '../http/paging.ts';
import { type Call, defineRoute, type Route } from '../http/route.ts';
import { EXAMPLE_INCIDENT } from '../incidents/examples.ts';
import { foundFor } from '../incidents/find.ts';
import { numberParams } from '../incidents/routes.ts';
import type { Difference } from '../reconciliation/difference-store.ts';
import { findDifference } from '../reconciliation/read-store.ts';
import { EXAMPLE_PACK } from './examples.ts';
import { KEY_PATH } from './files.ts';
import { fileOf, type PackDeps, packOf } from './pack.ts';
import { findPack, listPacks, type Pack } from './pack-store.ts';

export interface EvidenceRouteDeps extends PackDeps {
  readonly catalogue: () => Catalogue;
}

const tag = 'incidents';
const ZIP = 'application/zip';
const MAKING_SECONDS = 300;
const id = z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER);
const making = z.object({
  anew: z.literal('true').optional().meta({ description: 'Made anew though it would say the same' }),
});

const packAnswer = z.object({
  id: z.int(),
  difference: z.int().nullable(),
  incident: z.string().nullable(),
  sha256: z.string().meta({ description: 'Of the file' }),
  bytes: z.int(),
  addressees: z.array(z.string()),
  madeAt: z.string(),
  madeBy: z.string(),
  file: z.string().meta({ description: 'Where the very same file is to be had again' }),
});

const toAnswer = ({ differenceId, madeAt, matterSha256: _, ...pack }: Pack): z.input<typeof packAnswer> => ({
  ...pack,
  difference: differenceId,
  madeAt: rfc3339(madeAt),
  file: `/v1/evidence-packs/${pack.id}/file`,
});

const description = {
  vi: 'Tệp ZIP: hồ sơ chứng minh dạng PDF, .docx và JSON, nội dung trao đổi nguyên văn (đã che thông tin đăng nhập và thông tin cá nhân), hình ảnh, danh sách SHA-256 và chữ ký Ed25519 kiểm tra được bằng openssl. Không có gì thay đổi thì trả lại đúng bộ tệp đã lập.',
  en: 'A ZIP: the case as PDF, .docx and JSON, the raw exchanges (credentials and personal data masked), images, SHA-256 digests and an Ed25519 signature that openssl verifies. While nothing changes it is the very pack that was made before.',
};

export function evidenceRoutes(deps: EvidenceRouteDeps): Route[] {
  const { pool, catalogue, signer } = deps;
  const send = (pack: Pack, { header }: Pick<Call, 'header'>): Readable => {
    header('content-type', ZIP);
    header(
      'content-disposition',
      `attachment; filename="ho-so-chung-minh-${pack.incident ?? `SL-${pack.differenceId}`}.zip"`,
    );
    header('content-location', `/v1/evidence-packs/${pack.id}/file`);
    // RFC 9530, so that whoever keeps it can tell that it came whole.
    header('repr-digest', `sha-256=:${Buffer.from(pack.sha256, 'hex').toString('base64')}:`);
    return Readable.from(fileOf(deps, pack.id));
  };
  const differenceOf = async (wanted: number, own: readonly string[], now: number): Promise<Difference> => {
    const found = await findDifference(pool, wanted);
    if (found === null || found.state === 'found')
      fail('not-found', { detail: `No difference ${wanted}`, detailVi: `Không có sai lệch số ${wanted}` });
    if (!catalogue().agencies.asOf(now).covers(own, found.agencies)) fail('forbidden-agency');
    return found;
  };
  const packFor = async (wanted: number, own: readonly string[], now: number): Promise<Pack> => {
    const pack = await findPack(pool, wanted, catalogue().agencies.asOf(now).codesUnder(own));
    if (pack === null)
      fail('not-found', { detail: `No evidence pack ${wanted}`, detailVi: `Không có hồ sơ chứng minh số ${wanted}` });
    return pack;
  };
  return [
    defineRoute({
      method: 'GET',
      path: '/v1/differences/:id/evidence',
      id: 'getDifferenceEvidence',
      tag,
      summary: { vi: 'Hồ sơ chứng minh lỗi của một sai lệch', en: 'The evidence pack of a difference' },
      description,
      scope: 'incidents.read',
      audit: 'read',
      timeoutSeconds: MAKING_SECONDS,
      params: z.object({ id }),
      query: making,
      response: { 200: { mediaTypes: [ZIP] } },
      errors: ['not-found', 'forbidden-agency', 'conflict'],
      example: { params: { id: '1' } },
      handler: async (call) => {
        const difference = await differenceOf(call.params.id, call.caller.agencies, call.now);
        const by = call.access.officer ?? call.caller.clientId;
        const order = { differences: [difference], incident: null, by, now: call.now, signal: call.signal };
        const pack = await packOf(deps, { ...order, isAnew: call.query.anew !== undefined });
        call.audited({ dossier: difference.dossierCode, details: { pack: pack.id, sha256: pack.sha256 } });
        return send(pack, call);
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/incidents/:number/evidence',
      id: 'getIncidentEvidence',
      tag,
      summary: { vi: 'Hồ sơ chứng minh lỗi của một sự cố', en: 'The evidence pack of an incident' },
      description,
      scope: 'incidents.read',
      audit: 'read',
      timeoutSeconds: MAKING_SECONDS,
      params: numberParams,
      query: making,
      response: { 200: { mediaTypes: [ZIP] } },
      errors: ['not-found', 'conflict'],
      example: { params: { number: EXAMPLE_INCIDENT } },
      handler: async (call) => {
        const incident = await foundFor(pool, catalogue(), call.params.number, call);
        const differences: Difference[] = [];
        for (const one of incident.differences)
          differences.push(await differenceOf(one.id, call.caller.agencies, call.now));
        const by = call.access.officer ?? call.caller.clientId;
        const order = { differences, incident, by, now: call.now, signal: call.signal };
        const pack = await packOf(deps, { ...order, isAnew: call.query.anew !== undefined });
        call.audited({ details: { incident: incident.number, pack: pack.id, sha256: pack.sha256 } });
        return send(pack, call);
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/evidence-packs',
      id: 'listEvidencePacks',
      tag,
      summary: { vi: 'Các hồ sơ chứng minh đã lập, mới nhất trước', en: 'Evidence packs that were made, newest first' },
      scope: 'incidents.read',
      query: z.object({
        difference: id.optional(),
        incident: numberParams.shape.number.optional(),
        limit: z.coerce.number().int().min(1).max(200).default(50),
        cursor: z
          .string()
          .regex(/^\d{1,15}$/)
          .optional(),
      }),
      response: { 200: z.object({ items: z.array(packAnswer) }) },
      errors: [],
      example: { query: { limit: 20 } },
      handler: async (call) => {
        const { difference, incident, limit, cursor } = call.query;
        const packs = await listPacks(pool, {
          own: catalogue().agencies.asOf(call.now).codesUnder(call.caller.agencies),
          differenceId: difference ?? null,
          incident: incident ?? null,
          before: cursor === undefined ? null : Number(cursor),
          limit,
        });
        if (packs.length === limit) linkNext(call, packs.at(-1)!.id);
        return { items: packs.map(toAnswer) };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/evidence-packs/:id/file',
      id: 'getEvidencePackFile',
      tag,
      summary: { vi: 'Tải lại đúng bộ tệp đã lập', en: 'The very same file again' },
      scope: 'incidents.read',
      audit: 'read',
      timeoutSeconds: MAKING_SECONDS,
      params: z.object({ id }),
      response: { 200: { mediaTypes: [ZIP] } },
      errors: ['not-found'],
      example: { params: { id: String(EXAMPLE_PACK) } },
      handler: async (call) => {
        const pack = await packFor(call.params.id, call.caller.agencies, call.now);
        call.audited({ details: { pack: pack.id, sha256: pack.sha256 } });
        return send(pack, call);
      },
    }),
    defineRoute({
      method: 'GET',
      path: KEY_PATH,
      id: 'getEvidenceKey',
      tag,
      summary: {
        vi: 'Khóa công khai để kiểm tra hồ sơ chứng minh',
        en: 'The public key that evidence packs are verified with',
      },
      scope: 'public',
      response: { 200: { mediaTypes: ['application/x-pem-file'] } },
      errors: [],
      handler: (call) => {
        call.header('content-type', 'application/x-pem-file');
        return signer.publicKey;
      },
    }),
  ];
}
