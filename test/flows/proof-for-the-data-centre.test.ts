/** @module Scenario 6: a portal that says done and drops a pause is found out by the read-back; where it keeps dropping it, there is a pack that proves it. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { extractText } from 'unpdf';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fromBufferPromise } from 'yauzl';
import { type Product, startProduct } from '../support/product.ts';
import { until } from '../support/until.ts';

const CODE = 'H15.50-260310-0006';
const NAME = 'Nguyễn Thị Ánh Nguyệt';
const NUMBER = '066190000456';
const time = (local: string): string => `2026-${local}:00+07:00`;

interface Difference {
  readonly id: number;
  readonly kind: string;
  readonly state: string;
}
interface Party {
  readonly party: string;
  readonly name: string;
  readonly state: string;
  readonly dueAt: string | null;
}

let product: Product;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lienthong-proof-'));
  product = await startProduct({ SYNC_READ_BACK_AFTER_MS: '1000' });
  await product.igate('PUT', `/v1/dossiers/${CODE}`, {
    procedureCode: '1.005129',
    serviceCode: '1.005129.01',
    agencyCode: 'H15.50',
    channel: 'online',
    receivedAt: time('03-10T08:30'),
    applicant: { kind: 'citizen', name: NAME, personalId: NUMBER, phone: '0900000456' },
  });
  await tell({ status: 'processing', occurredAt: time('03-11T09:00') });
  await inStep();
});
afterAll(async () => {
  await product.stop();
  rmSync(folder, { recursive: true });
});

const tell = (event: object) =>
  product.igate('POST', `/v1/dossiers/${CODE}/events`, { events: [{ eventId: JSON.stringify(event), ...event }] });
const dropsSilently = (drops: boolean) => product.set('/_faults/national-portal', drops ? { silentDropRate: 1 } : {});
const acknowledged = () =>
  until('the portal has acknowledged everything', async () => {
    const { destinations } = await product.igate<{ destinations: { ackedSeq: number; headSeq: number }[] }>(
      'GET',
      `/v1/dossiers/${CODE}/sync`,
    );
    return destinations.every(({ ackedSeq, headSeq }) => ackedSeq === headSeq);
  });
const inStep = () =>
  until('everything is in step', async () => {
    const { destinations } = await product.igate<{ destinations: { state: string }[] }>(
      'GET',
      `/v1/dossiers/${CODE}/sync`,
    );
    return destinations.every(({ state }) => state === 'in-step');
  });
const differenceIn = (state: string) =>
  until(`a lost pause is ${state}`, async () => {
    const path = `/v1/differences?dossier=${CODE}&kind=pause-lost&state=${state}`;
    return (await product.igate<{ items: Difference[] }>('GET', path)).items[0];
  });
const fetched = async (path: string): Promise<{ bytes: Buffer; headers: Headers }> => {
  const answer = await fetch(product.url + path, { headers: { authorization: `Bearer ${product.token}` } });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return { bytes: Buffer.from(await answer.arrayBuffer()), headers: answer.headers };
};
const sha256 = (content: Buffer): string => createHash('sha256').update(content).digest('hex');

async function unzipped(zip: Buffer): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  const archive = await fromBufferPromise(zip);
  for await (const entry of archive.eachEntry()) {
    const parts: Buffer[] = [];
    for await (const part of await archive.openReadStreamPromise(entry)) parts.push(part as Buffer);
    files.set(entry.fileName, Buffer.concat(parts));
  }
  return files;
}

it('is found by the read-back and repaired, when it happens once', async () => {
  await dropsSilently(true);
  await tell({
    status: 'paused',
    pauseReason: 'financial-obligation',
    occurredAt: time('03-12T09:00'),
    reasonText: 'Chờ thông báo thuế',
  });
  await acknowledged();
  expect(await product.atPortal(CODE)).toMatchObject({ TrangThaiHoSo: '4' });
  await dropsSilently(false);
  await differenceIn('repaired');
  expect(await product.atPortal(CODE)).toMatchObject({ TrangThaiHoSo: '6' });
});

describe('dropped again and again', () => {
  let difference: Difference;
  let number: string;
  let pack: { bytes: Buffer; headers: Headers };
  let files: Map<string, Buffer>;

  beforeAll(async () => {
    await inStep();
    await product.act('national-portal', { act: 'forget-pause', dossier: CODE });
    await dropsSilently(true);
    await product.igate('POST', '/v1/reconciliations', { from: '2026-03-10', to: '2026-03-10', repair: true });
    difference = await differenceIn('evidence');
    const incident = await product.igate<{ number: string }>('POST', '/v1/incidents', {
      differences: [difference.id],
      steps: ['Mở hồ sơ trên Cổng: trạng thái vẫn là “Đang xử lý”', 'Tải lại trang sau 10 phút: không đổi'],
      reason: 'Cổng nhận ba lần, không hiển thị tạm dừng',
    });
    number = incident.number;
    const image = Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
      'base64',
    );
    await fetch(
      `${product.url}/v1/incidents/${number}/attachments?takenAt=${encodeURIComponent(time('03-12T10:00'))}`,
      {
        method: 'POST',
        headers: { authorization: `Bearer ${product.token}`, 'content-type': 'image/png' },
        body: new Uint8Array(image),
      },
    );
    for (const party of ['data-centre', 'ministry', 'supplier'])
      await product.igate('POST', `/v1/incidents/${number}/messages`, {
        kind: 'sent',
        party,
        channel: 'document',
        reference: '112/TTPVHCC',
        words: 'Gửi hồ sơ chứng minh lỗi đồng bộ',
      });
    pack = await fetched(`/v1/incidents/${number}/evidence`);
    files = await unzipped(pack.bytes);
  });

  it('goes to three addressees, each with its own clock', async () => {
    const { parties } = await product.igate<{ parties: Party[] }>('GET', `/v1/incidents/${number}`);
    expect(parties.map(({ party, state }) => `${party} ${state}`)).toEqual([
      'data-centre waiting',
      'ministry waiting',
      'supplier waiting',
    ]);
    const [centre, ministry, supplier] = parties.map(({ dueAt }) => Date.parse(dueAt!));
    expect(supplier).toBeLessThan(centre!);
    expect(centre).toBeLessThan(ministry!);
  });

  it('is proved by a signature that openssl verifies, over the digests of every file', async () => {
    for (const [name, content] of files) {
      const path = join(folder, name);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, content);
    }
    const signed = new Map(
      files
        .get('SHA256SUMS')!
        .toString()
        .trim()
        .split('\n')
        .map((line) => [line.slice(66), line.slice(0, 64)] as const),
    );
    const others = [...files.keys()].filter((name) => !name.startsWith('SHA256SUMS'));
    expect([...signed.keys()].toSorted()).toEqual(others.toSorted());
    for (const name of others) expect(sha256(files.get(name)!)).toBe(signed.get(name));

    // The very command that the pack tells its reader.
    const told = files.get('CACH-KIEM-TRA.txt')!.toString();
    const command = /^ +openssl (.+)$/m.exec(told)![1]!.split(' ');
    const verify = (): string => execFileSync('openssl', command, { cwd: folder, encoding: 'utf8', stdio: 'pipe' });
    expect(verify()).toMatch(/Verified Successfully/);
    const key = await fetch(`${product.url}/.well-known/lienthong-evidence-key.pem`);
    expect(await key.text()).toBe(files.get('khoa-cong-khai.pem')!.toString());
    writeFileSync(join(folder, 'SHA256SUMS'), `${files.get('SHA256SUMS')}\n`);
    expect(verify).toThrow();
  });

  it('reads well in Vietnamese, as PDF and as .docx', async () => {
    const { text } = await extractText(new Uint8Array(files.get('ho-so-chung-minh.pdf')!), { mergePages: true });
    const pdf = text.normalize('NFC').replace(/\s+/g, ' ');
    const zip = await unzipped(files.get('ho-so-chung-minh.docx')!);
    const docx = zip
      .get('word/document.xml')!
      .toString()
      .replace(/<[^>]+>/g, ' ')
      .replace(/\s+/g, ' ');
    const facts = [
      number,
      'HỒ SƠ CHỨNG MINH LỖI ĐỒNG BỘ',
      CODE,
      '1.005129.01',
      'Tạm dừng không có trên Cổng',
      'Yêu cầu thực hiện nghĩa vụ tài chính',
      'Trung tâm Dữ liệu quốc gia – Bộ Công an',
      'Mở hồ sơ trên Cổng: trạng thái vẫn là “Đang xử lý”',
      'Cổng xác nhận đã nhận',
      '112/TTPVHCC',
      '09:00 12/03/2026',
      'chụp lúc 10:00 12/03/2026',
      'Trần Thị Cúc',
      'CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM',
      'ỦY BAN NHÂN DÂN TỈNH ĐẮK LẮK',
      'Hệ thống một cửa của tỉnh',
      'vẫn còn',
    ];
    for (const fact of facts) {
      expect(pdf).toContain(fact);
      expect(docx).toContain(fact);
    }
    expect(zip.keys()).toContainEqual(expect.stringMatching(/^word\/media\/.+\.png$/));
  });

  it('has what was really said, less what nobody may read', () => {
    const names = [...files.keys()];
    const raw = names.filter((name) => name.startsWith('trao-doi/'));
    // Sent again, answered as done, and not there when asked.
    const sent = raw.filter((name) => name.includes('CapNhatTienDoHoSoMC') && name.endsWith('tra-loi.json'));
    expect(sent.length).toBeGreaterThanOrEqual(3);
    expect(JSON.parse(files.get(sent[0]!)!.toString())).toMatchObject({ error_code: expect.stringMatching(/^0+$/) });
    const shown = raw.findLast((name) => name.includes('TraCuuHoSo') && name.endsWith('tra-loi.json'))!;
    expect(JSON.parse(files.get(shown)!.toString())).toMatchObject({ data: { MaHoSo: CODE, TrangThaiHoSo: '4' } });
    const everything = raw.map((name) => files.get(name)!.toString()).join('\n');
    expect(everything).toContain('"session": "[đã che]"');
    for (const secret of [NAME, NUMBER, '0900000456']) expect(everything).not.toContain(secret);
    const stated = JSON.parse(files.get('ho-so-chung-minh.json')!.toString()) as {
      dossiers: { ours: { status: string }; theirs: { status: string }; attempts: { outcome: string }[] }[];
    };
    expect(stated.dossiers[0]).toMatchObject({ ours: { status: '6' }, theirs: { status: '4' } });
    expect(stated.dossiers[0]!.attempts.filter(({ outcome }) => outcome === 'acknowledged').length).toBeGreaterThan(3);
  });

  it('is the same pack while nothing changes, can be sent again, and another once something has', async () => {
    const again = await fetched(`/v1/incidents/${number}/evidence`);
    expect(sha256(again.bytes)).toBe(sha256(pack.bytes));
    const { items } = await product.igate<{
      items: { id: number; sha256: string; addressees: string[]; file: string }[];
    }>('GET', `/v1/evidence-packs?incident=${number}`);
    expect(items).toMatchObject([{ sha256: sha256(pack.bytes) }]);
    expect(items[0]!.addressees).toHaveLength(3);
    expect(sha256((await fetched(items[0]!.file)).bytes)).toBe(sha256(pack.bytes));
    expect(pack.headers.get('content-location')).toBe(items[0]!.file);

    await product.igate('POST', `/v1/incidents/${number}/messages`, {
      kind: 'answered',
      party: 'data-centre',
      words: 'Đã khắc phục lỗi ghi trạng thái',
    });
    const later = await fetched(`/v1/incidents/${number}/evidence`);
    expect(sha256(later.bytes)).not.toBe(sha256(pack.bytes));
  });

  it('is over when the other side has mended it: the case is closed and the next run finds nothing', async () => {
    await dropsSilently(false);
    await product.igate('POST', `/v1/differences/${difference.id}/repair`, { reason: 'Cổng báo đã khắc phục' });
    await differenceIn('repaired');
    await product.igate('POST', `/v1/incidents/${number}/close`, { reason: 'Đã khắc phục' });
    expect(await product.atPortal(CODE)).toMatchObject({ TrangThaiHoSo: '6' });
  });

  it('stands in the report of its run and of the period, in every form', async () => {
    const { items } = await product.igate<{ items: { id: string }[] }>('GET', '/v1/reconciliations');
    const path = `/v1/reconciliations/${items[0]!.id}/report`;
    const figures = { found: 1, repaired: 1, open: 0, pauses: 1, pausesCarried: 1 };
    expect(await product.igate('GET', `${path}.json?by=procedure`)).toMatchObject({
      compared: 1,
      silent: 0,
      total: figures,
      kinds: [{ kind: 'pause-lost', found: 1, repaired: 1 }],
      groups: [{ key: '1.005129', compared: 1, moving: 0, ...figures }],
    });
    const today = new Date(Date.now() + 7 * 3_600_000).toISOString().slice(0, 10);
    const period = await product.igate<{ runs: number; kinds: { kind: string }[] }>(
      'GET',
      `/v1/reports/reconciliation?from=${today}&to=${today}`,
    );
    expect(period).toMatchObject({ runs: 1, silent: 0 });
    expect(period.kinds.map(({ kind }) => kind)).toContain('pause-lost');

    const groups = (await fetched(`${path}.csv?table=groups`)).bytes.toString();
    expect(groups.startsWith('\uFEFFMã,Cơ quan tiếp nhận,Tồn đầu kỳ,Phát hiện,')).toBe(true);
    expect(groups.trim().split('\r\n').at(-1)).toMatch(/^,Tổng cộng,0,1,1,0,0,0,1,1,/);
    const [, row, ...more] = (await fetched(`${path}.csv`)).bytes.toString().trim().split('\r\n');
    expect(row).toContain(`,${CODE},Tạm dừng không có trên Cổng,Nghiêm trọng,`);
    expect(row).toContain('trạng thái: 6 – Yêu cầu thực hiện nghĩa vụ tài chính');
    expect(more).toEqual([]);
    const workbook = await unzipped((await fetched(`${path}.xlsx`)).bytes);
    expect(workbook.get('xl/workbook.xml')!.toString()).toContain('Còn tồn theo tuổi');
    expect(workbook.get('xl/worksheets/sheet5.xml')!.toString()).toContain(CODE);
    const { text } = await extractText(new Uint8Array((await fetched(`${path}.pdf`)).bytes), { mergePages: true });
    expect(text.normalize('NFC').replace(/\s+/g, ' ')).toContain(
      'BÁO CÁO Kết quả đối soát với Cổng Dịch vụ công quốc gia',
    );
  });
});
