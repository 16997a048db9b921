/** @module Whether a record is one that the portal takes; a complaint names the field, never the record. */
import { parseCompact } from '../times.ts';
import { DOSSIER_FIELDS, DOSSIER_LISTS, type Field, type Fields, MAY_BE_EMPTY, PROGRESS_FIELDS } from './fields.ts';

export type Texts = Readonly<Record<string, string>>;

/** A dossier as the portal keeps it: texts, and lists of records of texts. */
export type DossierRecord = Readonly<Record<string, string | readonly Texts[]>>;

/** A record that passed, or what is wrong with it, in the portal's words. */
export type Checked<T> = { readonly record: T } | { readonly complaint: string };

const CODE = /^[\x21-\x7e]+$/;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export function checkProgress(value: unknown): Checked<Texts> {
  if (!isObject(value)) return { complaint: 'Bản ghi tiến độ phải là một đối tượng' };
  const complaint = complaintOfTexts(value, PROGRESS_FIELDS) ?? missing(value, PROGRESS_FIELDS);
  return complaint === null ? { record: value as Texts } : { complaint };
}

export function checkDossier(value: unknown): Checked<DossierRecord> {
  if (!isObject(value)) return { complaint: 'Bản ghi hồ sơ phải là một đối tượng' };
  for (const name in value) {
    const list = DOSSIER_LISTS.get(name);
    const complaint = list
      ? complaintOfList(name, value[name], list)
      : complaintOfText(name, value[name], DOSSIER_FIELDS.get(name));
    if (complaint !== null) return { complaint };
  }
  const complaint = missing(value, DOSSIER_FIELDS);
  return complaint === null ? { record: value as DossierRecord } : { complaint };
}

function complaintOfTexts(record: Readonly<Record<string, unknown>>, fields: Fields): string | null {
  for (const name in record) {
    const complaint = complaintOfText(name, record[name], fields.get(name));
    if (complaint !== null) return complaint;
  }
  return null;
}

function complaintOfList(name: string, value: unknown, fields: Fields): string | null {
  if (!Array.isArray(value)) return `Trường ${name} phải là một danh sách`;
  for (const item of value) {
    if (!isObject(item)) return `Phần tử của ${name} phải là một đối tượng`;
    const complaint = complaintOfTexts(item, fields);
    if (complaint !== null) return `${name}: ${complaint}`;
  }
  return null;
}

function complaintOfText(name: string, value: unknown, field: Field | undefined): string | null {
  if (field === undefined) return `Trường ${name} không có trong đặc tả`;
  if (typeof value !== 'string') return `Trường ${name} phải là chuỗi ký tự`;
  if (value === '') return field.required && !MAY_BE_EMPTY.has(name) ? `Trường ${name} là bắt buộc` : null;
  if (value.length > field.longest) return `Trường ${name} dài quá ${field.longest} ký tự`;
  const { content } = field;
  if (content === 'text') return null;
  if (content === 'time') {
    return parseCompact(value) === null ? `Trường ${name} không đúng định dạng yyyyMMddHHmmss` : null;
  }
  if (content === 'code') return CODE.test(value) ? null : `Trường ${name} có ký tự không cho phép`;
  if (content === 'amount') return /^\d+$/.test(value) ? null : `Trường ${name} phải là số tiền`;
  return content.has(value) ? null : `Trường ${name} có giá trị không hợp lệ`;
}

function missing(record: Readonly<Record<string, unknown>>, fields: Fields): string | null {
  for (const [name, field] of fields) {
    if (field.required && record[name] === undefined) return `Trường ${name} là bắt buộc`;
  }
  return null;
}
