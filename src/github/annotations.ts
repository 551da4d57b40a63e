/** Notes on the lines of a file, on the page of the job and of the pull request. */
import path from 'node:path';

import * as core from '@actions/core';

export interface Annotation {
  severity: 'error' | 'warning';
  title?: string;
  message: string;
  /** What to do. */
  hint?: string | undefined;
  place?: Place;
}

export interface Place {
  file: string;
  /** From 1. */
  line: number;
  /** From 1. */
  column: number;
  /** Characters of the line; left out, the line as a whole is meant. */
  length?: number;
}

/** @param workspace the folder that GitHub takes file names to be relative to. */
export function annotate({ severity, title, message, hint, place }: Annotation, workspace: string): void {
  const text = hint === undefined ? message : `${message}\n${hint}`;
  const properties = { ...(title === undefined ? {} : { title }), ...placeOf(place, workspace) };
  if (severity === 'error') core.error(text, properties);
  else core.warning(text, properties);
}

function placeOf(place: Place | undefined, workspace: string): core.AnnotationProperties {
  if (place === undefined) return {};
  const { line, column, length } = place;
  const file = path.relative(workspace, path.resolve(place.file)).replaceAll(path.sep, '/');
  const columns = length === undefined ? {} : { startColumn: column, endColumn: column + length - 1 };
  return { file, startLine: line, endLine: line, ...columns };
}
